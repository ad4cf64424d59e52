import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename } from "node:path";
import { InputError, type TemporaryFolder, temporaryFolder } from "@platform/terraform";

/**
 * Copies a `cdktf.out` for Terraform to work in, so that the synthesized one stays as it is for AWS.
 *
 * @throws {InputError} when there is no such folder
 */
export async function workingCopy(out: string): Promise<TemporaryFolder> {
  if (!existsSync(out)) throw new InputError(`${out} does not exist: synthesize first (cdktf synth)`);
  const copy = temporaryFolder("rehearsal-out");
  // An earlier run's .terraform points at another backend.
  await cp(out, copy.path, { recursive: true, filter: (source) => basename(source) !== ".terraform" });
  return copy;
}
