import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Failure } from "../../runtime/failure";

/** What a job put in service, as the roll-back needs it. */
export interface Release {
  readonly service: string;
  /** The version or revision that served before; the same as `to` when nothing changed. */
  readonly from: string;
  readonly to: string;
}

const schema = z.strictObject({
  environment: z.string(),
  releases: z.array(z.strictObject({ service: z.string(), from: z.string(), to: z.string() })),
});

/** What a run released, for the job that may have to take it back. */
interface ReleaseFile {
  readonly environment: string;
  /** In the order in which they were made. */
  readonly releases: readonly Release[];
}

/** Writes down what a run releases: nothing yet, and from then on each release before it is begun. */
export async function startReleaseFile(
  path: string,
  environment: string,
): Promise<{ readonly releases: readonly Release[]; readonly onRelease: (release: Release) => Promise<void> }> {
  const releases: Release[] = [];
  const write = () => writeFile(path, `${JSON.stringify({ environment, releases }, undefined, 2)}\n`);
  await mkdir(dirname(path), { recursive: true });
  await write();
  return {
    releases,
    onRelease: (release) => {
      releases.push(release);
      return write();
    },
  };
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
