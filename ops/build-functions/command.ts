import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { deployedFunctions } from "../../config/capacity";
import { functionBundle } from "../../config/names";
import { type HttpService, services } from "../../config/services";
import { zip } from "../program/zip";
import { bundleFunction } from "./function-bundle";

/** What a function's archive weighs, in bytes. */
interface Archive {
  readonly service: string;
  readonly unzipped: number;
  readonly zipped: number;
}

/**
 * Bundles `<entry>/handler.ts` and zips it, the same bytes for the same source. The file appears whole or not at all: a
 * synthesis beside it never reads half of one.
 */
async function archive({ name, entry }: HttpService): Promise<Archive> {
  const handler = `${entry}/handler.ts`;
  if (!existsSync(handler)) throw new Error(`services(${name}).entry must hold handler.ts, got ${entry} without it`);
  const files = await bundleFunction(handler);
  const zipped = zip(files.map((file) => ({ name: file.name, content: file.contents })));
  const path = functionBundle(name);
  const partial = `${path}.${process.pid}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(partial, zipped);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  const unzipped = files.reduce((sum, { contents }) => sum + contents.byteLength, 0);
  return { service: name, unzipped, zipped: zipped.byteLength };
}

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;

try {
  for (const { service, unzipped, zipped } of await Promise.all(deployedFunctions(services).map(archive))) {
    process.stdout.write(`built ${functionBundle(service)}: ${kilobytes(unzipped)}, zipped ${kilobytes(zipped)}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
