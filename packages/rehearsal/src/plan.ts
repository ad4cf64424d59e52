import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  eachStack,
  type PlanSummary,
  parsePlan,
  requireTerraform,
  type Stack,
  selectStacks,
  summarize,
  Terraform,
} from "@platform/terraform";
import { startRehearsal } from "./rehearsal";
import { workingCopy } from "./working-copy";

export interface PlanOptions {
  /** The synthesized program: a `cdktf.out`. It is copied, never changed. */
  readonly out: string;
  /** Names of stacks, `*` for any text; what they depend on is planned too. @default every stack */
  readonly stacks: readonly string[];
  /** Program that is deployed already: another `cdktf.out`. @default an empty account */
  readonly from?: string;
  /** Changes made by hand to what `from` left (provider/cloud.ts). @default none */
  readonly drift?: string;
  /** Folder to write each stack's plan to, as `<stack>.json` in Terraform's form. @default not written */
  readonly planFolder?: string;
}

export interface StackPlan extends PlanSummary {
  readonly stack: string;
  /** Terraform's own text. */
  readonly text: string;
}

/**
 * Plans stacks with the real Terraform, each after those it depends on: what a stack reads from another one is there
 * because that one's plan was applied to the throwaway state.
 *
 * @param progress told of each stack that is done, as it is done
 * @returns the plans in dependency order
 * @throws {InputError} on bad input, and with Terraform's words when it refuses a stack
 */
export async function planStacks(options: PlanOptions, progress: (line: string) => void): Promise<StackPlan[]> {
  await requireTerraform(process.env);
  const copy = await workingCopy(options.out);
  const before = options.from === undefined ? undefined : await workingCopy(options.from);
  const rehearsal = await startRehearsal(options.drift === undefined ? {} : { drift: options.drift });
  try {
    const deployed = before === undefined ? [] : await rehearsal.prepare(before.path);
    const stacks = selectStacks(await rehearsal.prepare(copy.path), options.stacks);
    const env = { ...process.env, ...rehearsal.environment() };
    const names = new Set(stacks.map(({ name }) => name));
    await inParallel(
      deployed.filter(({ name }) => names.has(name)),
      async (stack) => {
        const terraform = new Terraform(stack.folder, env);
        await terraform.init();
        await terraform.plan();
        await terraform.apply();
        progress(`${stack.name}: deployed as in ${options.from}`);
      },
    );
    if (options.planFolder !== undefined) await mkdir(options.planFolder, { recursive: true });
    return await inParallel(stacks, async (stack) => {
      const started = performance.now();
      const terraform = new Terraform(stack.folder, env);
      await terraform.init();
      const { text } = await terraform.plan();
      const json = await terraform.show();
      if (options.planFolder !== undefined) await writeFile(join(options.planFolder, `${stack.name}.json`), json);
      if (stacks.some(({ dependencies }) => dependencies.includes(stack.name))) await terraform.apply();
      progress(`${stack.name}: planned in ${((performance.now() - started) / 1000).toFixed(1)} s`);
      return { stack: stack.name, text, ...summarize(parsePlan(stack.name, json)) };
    });
  } finally {
    await rehearsal.stop();
    copy.remove();
    before?.remove();
  }
}

const inParallel = <Answer>(stacks: readonly Stack[], task: (stack: Stack) => Promise<Answer>) =>
  eachStack(stacks, availableParallelism(), task);
