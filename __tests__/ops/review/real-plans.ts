import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRehearsal } from "@platform/rehearsal";
import type { Stack } from "@platform/terraform";
import { eachStack, type PlanFile, readPlan, Terraform } from "@platform/terraform";
import type { Environment } from "../../../config/environment";
import type { Service } from "../../../config/service";
import { catalogue, exampleEnvironment } from "../../platform-fixture";
import { type SynthesizeOptions, withSynthesized } from "../../stacks/synthesized";

/** The plans of one change, by real Terraform. */
export type RealPlans = readonly PlanFile[];

export const environment: Environment = {
  ...exampleEnvironment,
  database: { ...exampleEnvironment.database, deletionProtection: true },
};

/** One more function on the same database. */
export const newService = {
  ...catalogue,
  name: "reports",
  path: "/reports",
  uses: ["database"],
} as const satisfies Service;

export interface Step {
  readonly program?: SynthesizeOptions;
  /** Changes the synthesized program's text, stack by stack. */
  readonly edit?: (stack: string, text: string) => string;
  /** Made by hand in the cloud before this step; see packages/rehearsal/src/provider/cloud.ts. */
  readonly drift?: readonly unknown[];
  /** Stacks to plan, without the environment's name; the others are as they were. */
  readonly stacks: readonly string[];
  /** Whether the plans are applied, so that the next step starts from there. @default false */
  readonly apply?: boolean;
}

/** An environment on the rehearsal that steps change one after the other; one state, one `terraform init` a stack. */
export async function startEnvironment(): Promise<{
  /** The program of the step before, which knows where constructs stand. */
  readonly synthesized: string;
  plan(step: Step): Promise<RealPlans>;
  stop(): Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), "real-plans-"));
  const program = join(folder, "cdktf.out");
  const drift = join(folder, "drift.json");
  const rehearsal = await startRehearsal({ drift });
  const initialized = new Set<string>();

  const planStack = async ({ name, folder: stack }: Stack, apply: boolean): Promise<PlanFile> => {
    const terraform = new Terraform(stack, { ...process.env, ...rehearsal.environment() });
    if (!initialized.has(name)) await terraform.init();
    initialized.add(name);
    await terraform.plan();
    const plan = readPlan(`${name}.json`, await terraform.show());
    if (apply) await terraform.apply();
    return plan;
  };

  return {
    synthesized: program,
    plan: async ({ program: options = {}, edit, drift: made = [], stacks, apply = false }) => {
      writeFileSync(drift, JSON.stringify(made));
      withSynthesized({ environments: [environment], ...options }, (out) => cpSync(out, program, { recursive: true }));
      const names = stacks.map((stack) => `${environment.name}-${stack}`);
      for (const name of names) {
        const file = join(program, "stacks", name, "cdk.tf.json");
        if (edit !== undefined) writeFileSync(file, edit(name, readFileSync(file, "utf8")));
      }
      const chosen = (await rehearsal.prepare(program)).filter(({ name }) => names.includes(name));
      return eachStack(chosen, 2, (stack) => planStack(stack, apply));
    },
    stop: async () => {
      await rehearsal.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
