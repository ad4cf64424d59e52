import { createWriteStream, existsSync, openSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { eachStack, InputError, keepStacks, makeFolder, Terraform } from "@platform/terraform";
import { lasting } from "./lasting";
import { type Outcomes, type ProgramOptions, type Session, withProgram } from "./plan";
import type { PreparedStack } from "./rehearsal";

export interface RehearseOptions extends ProgramOptions {
  /** Deploys and destroys with the cdktf CLI, and keeps all that it says in this file. @default Terraform itself */
  readonly cdktfLog?: string;
}

/** Counts of the resources of a stack; 0 where the cdktf CLI does the work, which says them in its log. */
export interface Rehearsed {
  readonly stack: string;
  readonly added: number;
  readonly destroyed: number;
}

/**
 * Applies stacks to the offline cloud, plans them again, which must find nothing to do, and destroys them.
 *
 * @param progress told of each step, as it is done
 * @throws {InputError} on bad input, when a command fails, and when the second plan finds a difference
 */
export function rehearse(
  options: RehearseOptions,
  progress: (line: string) => void = () => {},
): Promise<Outcomes<Rehearsed>> {
  return withProgram(options, progress, async (session) => {
    const { stacks, problems } = session;
    if (options.cdktfLog !== undefined && !existsSync(join(session.copy.path, "manifest.json")))
      throw new InputError(`the cdktf CLI deploys what it synthesized, and ${options.folder} is a folder of .tf files`);
    const timed = async <Answer>(what: string, step: Promise<Answer>) => {
      const started = performance.now();
      const answer = await step;
      progress(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return answer;
    };
    const log = options.cdktfLog;
    const many = `${stacks.length} ${stacks.length === 1 ? "stack" : "stacks"}`;
    const done = (command: "deploy" | "destroy") =>
      log === undefined ? terraform(command, session, progress) : cdktf(command, session, log, progress);
    const added = await timed(`deployed ${many}`, done("deploy"));
    await timed("found no difference", expectNoDifference(session, progress));
    for (const stack of stacks) session.rehearsal.liftProtection(stack);
    const destroyed = await timed(`destroyed ${many}`, done("destroy"));
    const counts = ({ name }: PreparedStack) => ({ added: added.get(name) ?? 0, destroyed: destroyed.get(name) ?? 0 });
    return { stacks: stacks.map((stack) => ({ stack: stack.name, ...counts(stack) })), problems };
  });
}

/** @returns how many resources of each stack were created, or destroyed */
async function terraform(
  command: "deploy" | "destroy",
  session: Session,
  progress: (line: string) => void,
): Promise<Map<string, number>> {
  const destroying = command === "destroy";
  const stacks = destroying ? dependentsFirst(session.stacks) : session.stacks;
  const counts = await eachStack(stacks, availableParallelism(), async (stack): Promise<[string, number]> => {
    const terraform = destroying ? new Terraform(stack.folder, session.env, "SIGKILL") : await session.terraform(stack);
    // What was there a moment ago, at the plan that found no difference, is there: no need to read it again.
    const how = destroying ? ["-destroy", "-refresh=false"] : [];
    const applied = terraform.applyAtOnce([...how, ...session.args]);
    const { added, destroyed } = await lasting(
      `${stack.name}: ${destroying ? "destroying" : "applying"}`,
      progress,
      applied,
    );
    return [stack.name, destroying ? destroyed : added];
  });
  return new Map(counts);
}

/** The same stacks, each depending on those that depend on it. */
const dependentsFirst = (stacks: readonly PreparedStack[]) =>
  stacks.toReversed().map((stack) => ({
    ...stack,
    dependencies: stacks.filter(({ dependencies }) => dependencies.includes(stack.name)).map(({ name }) => name),
  }));

const flags = [
  "--skip-synth",
  "--auto-approve",
  "--no-color",
  // There is nothing to lock where nothing is downloaded.
  "--skip-provider-lock",
];

/** Runs the cdktf CLI of the project, or else the one on the PATH. @throws {InputError} with its last lines when it fails */
async function cdktf(
  command: "deploy" | "destroy",
  { stacks, copy, env }: Session,
  log: string,
  progress: (line: string) => void,
): Promise<Map<string, number>> {
  keepStacks(copy.path, stacks);
  makeFolder(dirname(log));
  const file = createWriteStream(log, { fd: openSync(log, command === "deploy" ? "w" : "a") });
  const names = stacks.map(({ name }) => name);
  const { execa } = await import("execa");
  const child = execa("cdktf", [command, ...names, ...flags, "--output", copy.path], {
    // Without CI the tool repaints the screen at every line.
    env: { ...env, CI: "1" },
    extendEnv: false,
    preferLocal: true,
    // A group of its own, so that the whole of it can be ended: the CLI, and what it starts.
    detached: true,
    stdin: "ignore",
    all: true,
    buffer: false,
    reject: false,
  });
  const end = () => child.pid !== undefined && endGroup(child.pid);
  process.once("exit", end);
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
  process.removeListener("exit", end);
  file.end();
  if (code === "ENOENT") throw new InputError("cdktf is not installed: npm install --save-dev cdktf-cli");
  if (exitCode !== 0) throw new InputError(`${last.join("\n")}\ncdktf ${command} failed; all it said is in ${log}`);
  return new Map();
}

/** Ends a process and all of its group, which may have ended by itself. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {}
}

async function expectNoDifference(session: Session, progress: (line: string) => void): Promise<void> {
  const texts = await eachStack(session.stacks, availableParallelism(), async (stack) => {
    const planned = new Terraform(stack.folder, session.env, "SIGKILL").difference(session.args);
    const { text, changes } = await lasting(`${stack.name}: planning again`, progress, planned);
    return changes ? `=== ${stack.name}\n${text}\n` : "";
  });
  const differences = texts.join("");
  if (differences !== "") throw new InputError(`${differences}a plan right after the deployment must be empty`);
}
