import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import {
  eachStack,
  entries,
  InputError,
  isObject,
  keepStacks,
  type ObjectValue,
  requireTerraform,
  type Stack,
  selectStacks,
  Terraform,
  toValue,
} from "@platform/terraform";
import { execa } from "execa";
import { startRehearsal } from "./rehearsal";
import { workingCopy } from "./working-copy";

export interface RehearseOptions {
  /** The synthesized program: a `cdktf.out`. It is copied, never changed. */
  readonly out: string;
  /** Names of stacks, `*` for any text; what they depend on is deployed too. @default every stack */
  readonly stacks: readonly string[];
  /** File for all that the cdktf CLI says. */
  readonly log: string;
}

/**
 * Deploys stacks with the cdktf CLI to the offline cloud, plans them again, which must find nothing to do, and destroys
 * them.
 *
 * @param progress told of each step, as it is done
 * @throws {InputError} on bad input, when a command fails, and when the second plan finds a difference
 */
export async function rehearse(options: RehearseOptions, progress: (line: string) => void): Promise<void> {
  await requireTerraform(process.env);
  const copy = await workingCopy(options.out);
  const rehearsal = await startRehearsal();
  await mkdir(dirname(options.log), { recursive: true });
  try {
    const stacks = selectStacks(await rehearsal.prepare(copy.path), options.stacks);
    const env = { ...process.env, ...rehearsal.environment() };
    const timed = async (what: string, step: Promise<void>) => {
      const started = performance.now();
      await step;
      progress(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    };
    keepStacks(copy.path, stacks);
    const names = stacks.map(({ name }) => name);
    const run = { stacks: names, folder: copy.path, env, log: options.log, progress };
    await timed(`deployed ${names.length} stacks`, cdktf("deploy", run));
    await timed("found no difference", expectNoDifference(stacks, env));
    await Promise.all(stacks.map(liftProtection));
    await timed(`destroyed ${names.length} stacks`, cdktf("destroy", run));
  } finally {
    await rehearsal.stop();
    copy.remove();
  }
}

const flags = [
  "--skip-synth",
  "--auto-approve",
  "--no-color",
  // There is nothing to lock where nothing is downloaded.
  "--skip-provider-lock",
];

interface CdktfRun {
  readonly stacks: readonly string[];
  /** The synthesized program. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
  readonly progress: (line: string) => void;
}

/** Runs the cdktf CLI of the project, or else the one on the PATH. @throws {InputError} with its last lines when it fails */
async function cdktf(command: "deploy" | "destroy", { stacks, folder, env, log, progress }: CdktfRun): Promise<void> {
  const child = execa("cdktf", [command, ...stacks, ...flags, "--output", folder], {
    // Without CI the tool repaints the screen at every line.
    env: { ...env, CI: "1" },
    extendEnv: false,
    preferLocal: true,
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
  });
  const file = createWriteStream(log, { flags: command === "deploy" ? "w" : "a" });
  const last: string[] = [];
  let stack = "";
  for await (const line of child.iterable({ from: "all" })) {
    const text = stripVTControlCharacters(line).trimEnd();
    if (text === "") continue;
    file.write(`${text}\n`);
    // The stack's name is before the first of its lines that follow one another.
    stack = /^\S+/.exec(text)?.[0] ?? stack;
    const complete = /(Apply|Destroy) complete!.*/.exec(text)?.[0];
    if (complete !== undefined) progress(`  ${stack}: ${complete}`);
    last.push(text);
    if (last.length > 40) last.shift();
  }
  const { exitCode, code } = await child;
  file.end();
  if (code === "ENOENT") throw new InputError("cdktf is not installed: npm install --save-dev cdktf-cli");
  if (exitCode !== 0) throw new InputError(`${last.join("\n")}\ncdktf ${command} failed; all it said is in ${log}`);
}

async function expectNoDifference(stacks: readonly Stack[], env: NodeJS.ProcessEnv): Promise<void> {
  const texts = await eachStack(stacks, availableParallelism(), async (stack) => {
    const { text, changes } = await new Terraform(stack.folder, env).plan();
    return changes ? `=== ${stack.name}\n${text}\n` : "";
  });
  const differences = texts.join("");
  if (differences !== "") throw new InputError(`${differences}a plan right after the deployment must be empty`);
}

/** `prevent_destroy` guards what holds data in the cloud; this copy's has none. */
async function liftProtection({ folder, configuration }: Stack): Promise<void> {
  const lifted: Record<string, ObjectValue> = {};
  for (const [type, name, { lifecycle }] of entries(configuration.resource)) {
    if (!isObject(lifecycle) || lifecycle.prevent_destroy !== true) continue;
    lifted[type] = { ...lifted[type], [name]: { lifecycle: { prevent_destroy: false } } };
  }
  if (Object.keys(lifted).length === 0) return;
  const file = join(folder, "rehearsal_override.tf.json");
  const override = toValue(JSON.parse(await readFile(file, "utf8")));
  await writeFile(file, JSON.stringify({ ...(isObject(override) ? override : {}), resource: lifted }));
}
