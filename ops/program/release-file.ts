import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Failure } from "../../runtime/failure";
import type { Release } from "./deploy-function";

const schema = z.strictObject({
  environment: z.string(),
  releases: z.array(z.strictObject({ service: z.string(), from: z.string(), to: z.string() })),
});

/** What a run of deploy-function released, for the job that may have to take it back. */
export interface ReleaseFile {
  readonly environment: string;
  /** In the order in which they were made. */
  readonly releases: readonly Release[];
}

export async function writeReleases(path: string, file: ReleaseFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(file, undefined, 2)}\n`);
}

/** @throws Failure when the file is missing or not one of ours */
export async function readReleases(path: string): Promise<ReleaseFile> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new Failure(`--releases must be a file that deploy-function wrote, got none at ${path}`);
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new Failure(`--releases must be a file that deploy-function wrote, got other content in ${path}`);
  }
}
