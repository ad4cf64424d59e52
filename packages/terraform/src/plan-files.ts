import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError } from "./input-error";
import { type PlanDocument, parsePlan } from "./plan-document";

/** The plan of a stack, as its file has it. */
export interface PlanFile {
  /** The file's name without `.json`. */
  readonly stack: string;
  readonly document: PlanDocument;
}

/** @throws {InputError} when the text is no whole plan of a supported Terraform */
export function readPlan(file: string, text: string): PlanFile {
  return { stack: basename(file, ".json"), document: parsePlan(file, text) };
}

/**
 * Reads the plans of an environment's stacks.
 *
 * @param paths files named `<stack>.json`, or folders of them
 * @throws {InputError} when there is none, one cannot be read, or they are not of one version of Terraform
 */
export async function readPlans(...paths: readonly string[]): Promise<readonly PlanFile[]> {
  const files = (await Promise.all(paths.map(planFiles))).flat();
  const plans = await Promise.all(files.map(async (file) => readPlan(file, await readFile(file, "utf8"))));
  const versions = new Set(plans.map(({ document }) => document.terraform_version));
  if (versions.size > 1) {
    throw new InputError(
      `${paths.join(", ")} holds plans of several versions of Terraform (${[...versions].sort().join(", ")}): plan all stacks with one`,
    );
  }
  return plans;
}

async function planFiles(path: string): Promise<readonly string[]> {
  if (path.endsWith(".json") && (await stat(path).catch(() => undefined))?.isFile()) return [path];
  const names = await readdir(path).catch(() => {
    throw new InputError(`${path} is no folder of plans: write each stack's to <folder>/<stack>.json`);
  });
  const files = names.filter((name) => name.endsWith(".json")).sort();
  if (files.length === 0) throw new InputError(`${path} holds no plan: write each stack's to <folder>/<stack>.json`);
  return files.map((name) => join(path, name));
}
