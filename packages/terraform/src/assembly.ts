import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "./input-error";
import { parseJson } from "./json";
import { dependenciesFirst } from "./stack-order";
import { configurationValue, isObject, type ObjectValue } from "./values";

/** One synthesized stack of a `cdktf.out`. */
export interface Stack {
  readonly name: string;
  /** Folder of the stack: its `cdk.tf.json` and its assets. */
  readonly folder: string;
  /** Names of the stacks that must be applied before it. */
  readonly dependencies: readonly string[];
  /** The Terraform configuration itself. */
  readonly configuration: ObjectValue;
}

/** A path, in a program that was synthesized on Windows with backslashes. */
const anyPath = z.string().transform((text) => text.replaceAll("\\", "/"));
const manifest = z.object({
  stacks: z.record(
    z.string(),
    z.object({
      name: z.string(),
      workingDirectory: anyPath,
      synthesizedStackPath: anyPath,
      dependencies: z.array(z.string()),
    }),
  ),
});

function readJson(file: string, advice: string): unknown {
  if (!existsSync(file)) throw new InputError(`${file} does not exist: ${advice}`);
  return parseJson(readFileSync(file, "utf8"), `${file} is not whole JSON: ${advice}`);
}

const advice = "synthesize again (cdktf synth)";

/**
 * Reads what cdktf synthesized.
 *
 * @param folder a `cdktf.out`
 * @param readHcl reads a stack that was synthesized as HCL. @default it is refused
 * @returns its stacks, each after those it depends on
 * @throws {InputError} when a file is missing, truncated or of another form
 */
export function readAssembly(folder: string, readHcl: (file: string) => ObjectValue = refuseHcl): Stack[] {
  const file = join(folder, "manifest.json");
  const parsed = manifest.safeParse(readJson(file, advice));
  if (!parsed.success) throw new InputError(`${file} is no manifest of cdktf: ${advice}`);
  const stacks = Object.values(parsed.data.stacks).map((stack): Stack => {
    // Files are named after it.
    if (!/^(?!\.\.?$)[^/\\\p{Cc}]+$/u.test(stack.name))
      throw new InputError(`${file} has a stack of the name ${JSON.stringify(stack.name)}: ${advice}`);
    const working = join(folder, stack.workingDirectory);
    if (!existsSync(working)) throw new InputError(`${working} does not exist: ${advice}`);
    const path = join(folder, stack.synthesizedStackPath);
    const configuration =
      path.endsWith(".tf") && existsSync(path) ? readHcl(path) : configurationValue(path, readJson(path, advice));
    if (!isObject(configuration)) throw new InputError(`${path} is no Terraform configuration: ${advice}`);
    return {
      name: stack.name,
      folder: working,
      dependencies: stack.dependencies,
      configuration,
    };
  });
  if (stacks.length === 0) throw new InputError(`${file} names no stack: ${advice}`);
  return dependenciesFirst(
    stacks,
    ({ name }) => name,
    ({ dependencies }) => dependencies,
  );
}

function refuseHcl(file: string): never {
  throw new InputError(`${file} is HCL, and JSON is needed here: synthesize without --hcl`);
}

/**
 * Takes all other stacks out of a program's manifest: the cdktf CLI destroys none that another one in it depends on.
 *
 * @param folder a copy of a `cdktf.out`
 */
export function keepStacks(folder: string, stacks: readonly Stack[]): void {
  const file = join(folder, "manifest.json");
  const whole = z
    .looseObject({ stacks: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(file, "utf8")));
  const kept = stacks.map(({ name }) => [name, whole.stacks[name]]);
  writeFileSync(file, JSON.stringify({ ...whole, stacks: Object.fromEntries(kept) }, null, 2));
}
