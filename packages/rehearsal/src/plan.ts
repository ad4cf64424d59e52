import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import {
  eachStack,
  InputError,
  isRecord,
  makeFolder,
  type PlanDocument,
  type PlanSummary,
  parsePlan,
  requireTerraform,
  selectStacks,
  summarize,
  Terraform,
  toValue,
} from "@platform/terraform";
import { inherited } from "./environment";
import { factsOf } from "./facts";
import { lasting } from "./lasting";
import { changedPaths } from "./provider/changed-paths";
import { type PreparedStack, type Rehearsal, startRehearsal } from "./rehearsal";
import { type WorkingCopy, workingCopy } from "./working-copy";

/** What every rehearsal of a program needs to know. */
export interface ProgramOptions {
  /** The program: a `cdktf.out`, or a folder of `.tf` files. It is copied, never changed. */
  readonly folder: string;
  /** Names of stacks, `*` for any text; what they depend on comes along. @default every stack */
  readonly stacks?: readonly string[];
  /** Values of variables, by name. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files of values of variables. @default none */
  readonly variableFiles?: readonly string[];
  /** @default Terraform's default workspace */
  readonly workspace?: string;
  /** YAML file of what the world outside answers (answers.ts). @default rehearsal.answers.yaml at the program */
  readonly answers?: string;
  /** Changes made by hand in the cloud (provider/cloud.ts). @default none */
  readonly drift?: string;
}

export interface PlanOptions extends ProgramOptions {
  /** Program that is deployed already. @default an empty account */
  readonly from?: string;
  /** Folder to write each stack's plan to, as `<stack>.json` in Terraform's form. @default not written */
  readonly planFolder?: string;
}

export interface StackPlan extends PlanSummary {
  readonly stack: string;
  /** Terraform's own text. */
  readonly text: string;
  /** Address of a resource that changes in place as far as is known -> attributes of which it is not known. */
  readonly replacementNotKnown?: Readonly<Record<string, readonly string[]>>;
}

/** What came of a program: the stacks that went well, and why others did not. */
export interface Outcomes<Stack> {
  readonly stacks: readonly Stack[];
  readonly problems: readonly string[];
}

/** A program in the offline cloud, ready for Terraform. */
export interface Session {
  readonly rehearsal: Rehearsal;
  readonly copy: WorkingCopy;
  /** The stacks picked that can be rehearsed, in dependency order. */
  readonly stacks: readonly PreparedStack[];
  readonly problems: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** More arguments of `terraform plan`. */
  readonly args: readonly string[];
  /** Terraform in a stack's folder, initialized. */
  terraform(stack: PreparedStack): Promise<Terraform>;
}

/**
 * Starts the offline cloud with a program in it, and stops it after the work.
 *
 * @param progress told what was kept from running
 * @throws {InputError} on bad input, and when no stack that was picked can be rehearsed
 */
export async function withProgram<Result>(
  options: ProgramOptions,
  progress: (line: string) => void,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  await requireTerraform(inherited());
  const copy = await workingCopy(options.folder);
  const { drift, answers } = options;
  const rehearsal = await startRehearsal({ ...(drift && { drift }), ...(answers && { answers }) });
  try {
    const picked = selectStacks(await rehearsal.prepare(copy), options.stacks ?? []);
    const { stacks, problems } = possible(picked);
    if (stacks.length === 0) throw new InputError(problems.join("\n"));
    expectDeclared(Object.keys(options.variables ?? {}), stacks);
    const neutralised = rehearsal.neutralised();
    if (neutralised !== undefined) progress(neutralised);
    const variables = Object.entries(options.variables ?? {}).map(([name, value]) => [`TF_VAR_${name}`, value]);
    const env = { ...inherited(), ...Object.fromEntries(variables), ...rehearsal.environment() };
    const args = (options.variableFiles ?? []).map((file) => `-var-file=${resolve(file)}`);
    return await work({
      rehearsal,
      copy,
      stacks,
      problems,
      env,
      args,
      terraform: async ({ folder, modules: [root] }) => {
        const terraform = new Terraform(folder, env, "SIGKILL");
        await terraform.init({ modules: false });
        if (options.workspace !== undefined) await terraform.workspace(options.workspace);
        // As the cdktf CLI does, and Terraform alone does not: what is imported without a resource gets one that Terraform writes.
        const imports = root?.configuration.import !== undefined && existsSync(join(copy.path, "manifest.json"));
        if (imports) await terraform.difference(["-generate-config-out=generated_resources.tf", ...args]);
        return terraform;
      },
    });
  } catch (error) {
    // What is wrong is wrong in the program: nobody knows the copy.
    if (error instanceof InputError) throw new InputError(error.message.replaceAll(copy.root, copy.base));
    throw error;
  } finally {
    await rehearsal.stop();
    copy.remove();
  }
}

/** @throws {InputError} when a variable is given that no stack has: Terraform would pass over it, and a misspelt one */
function expectDeclared(variables: readonly string[], stacks: readonly PreparedStack[]): void {
  const declared = stacks.flatMap(({ modules: [root] }) => Object.keys(root?.configuration.variable ?? {}));
  for (const name of variables) {
    if (!declared.includes(name))
      throw new InputError(`no stack declares a variable ${name}: there are ${declared.join(", ") || "none"}`);
  }
}

/** Leaves out the stacks that cannot be rehearsed, and those that depend on them. */
function possible(picked: readonly PreparedStack[]): Outcomes<PreparedStack> {
  const refused = new Map<string, string>();
  for (const { name, problem, dependencies } of picked) {
    const blocked = dependencies.find((dependency) => refused.has(dependency));
    if (problem !== undefined) refused.set(name, problem);
    else if (blocked !== undefined) refused.set(name, `stack ${name} depends on ${blocked}, which was left out`);
  }
  return { stacks: picked.filter(({ name }) => !refused.has(name)), problems: [...refused.values()] };
}

/**
 * Plans stacks with the real Terraform, each after those it depends on: what a stack reads from another one is there
 * because that one's plan was applied to the throwaway state.
 *
 * @param progress told of each stack that is done, as it is done
 * @returns the plans in dependency order
 * @throws {InputError} on bad input, and with Terraform's words when it refuses a stack
 */
export function planStacks(
  options: PlanOptions,
  progress: (line: string) => void = () => {},
): Promise<Outcomes<StackPlan>> {
  return withProgram(options, progress, async (session) => {
    const { stacks, problems, args } = session;
    if (options.planFolder !== undefined) makeFolder(options.planFolder);
    if (options.from !== undefined) await deploy(options.from, session, progress);
    const plans = await eachStack(stacks, availableParallelism(), async (stack) => {
      const started = performance.now();
      const terraform = await session.terraform(stack);
      const { text } = await lasting(`${stack.name}: planning`, progress, terraform.plan(args));
      const json = await terraform.show();
      const document = parsePlan(stack.name, json);
      const notKnown = replacementNotKnown(document);
      if (options.planFolder !== undefined) {
        await writeFile(join(options.planFolder, `${stack.name}.json`), annotated(json, notKnown));
      }
      const isRead = stacks.some(({ dependencies }) => dependencies.includes(stack.name));
      if (isRead) await lasting(`${stack.name}: applying its plan`, progress, terraform.apply());
      progress(`${stack.name}: planned in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      const unknown = Object.keys(notKnown).length > 0 && { replacementNotKnown: notKnown };
      return { stack: stack.name, text, ...summarize(document), ...unknown };
    });
    return { stacks: plans, problems };
  });
}

/** Applies the stacks of an earlier program, so that the later one changes what is there. */
async function deploy(from: string, session: Session, progress: (line: string) => void): Promise<void> {
  const before = await workingCopy(from);
  try {
    const names = new Set(session.stacks.map(({ name }) => name));
    const deployed = possible((await session.rehearsal.prepare(before)).filter(({ name }) => names.has(name)));
    // The earlier program's types are served too: the environment is the same but for providers that only it has.
    Object.assign(session.env, session.rehearsal.environment());
    await eachStack(deployed.stacks, availableParallelism(), async (stack) => {
      const terraform = await session.terraform(stack);
      await lasting(`${stack.name}: planning`, progress, terraform.plan(session.args));
      await lasting(`${stack.name}: applying its plan`, progress, terraform.apply());
      progress(`${stack.name}: deployed as in ${from}`);
    });
  } finally {
    before.remove();
  }
}

function replacementNotKnown({ resource_changes: changes }: PlanDocument): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { address, type, change } of changes) {
    if (!change.actions.includes("update") || !isRecord(change.before) || !isRecord(change.after)) continue;
    const { replacement } = factsOf(type.split("_")[0] ?? "");
    const { before, after } = change;
    // What is known after apply only is not in `after`.
    const known = Object.fromEntries(Object.keys(after).map((name) => [name, before[name] ?? null]));
    const changed = changedPaths(toValue(known), toValue(after)).map(({ name }) => name);
    const names = [...new Set(changed)].filter((name) => replacement(type, name) === "not known");
    if (names.length > 0) found[address] = names;
  }
  return found;
}

/** The plan with what is not known beside each change, for whoever reviews it. */
function annotated(json: string, notKnown: Record<string, string[]>): string {
  if (Object.keys(notKnown).length === 0) return json;
  const plan: { resource_changes: { address: string }[] } = JSON.parse(json);
  const changes = plan.resource_changes.map((change) => ({
    ...change,
    ...(notKnown[change.address] && { replacement_not_known: notKnown[change.address] }),
  }));
  return JSON.stringify({ ...plan, resource_changes: changes });
}
