import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gitlabReport, review } from "@platform/plan-review";
import { readPlans } from "@platform/terraform";
import { Command } from "commander";
import type { Environment } from "../../config/environment";
import { plannedStacks } from "../../permissions/infrastructure";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { environmentOption } from "../program/options";
import { runCommand } from "../program/run-command";

interface Options {
  readonly environment: Environment;
  readonly plans: string;
  readonly report: string;
  readonly rehearsal?: boolean;
  readonly failOnChange?: boolean;
}

/** The provider is pinned exactly in the stack, so there is nothing for a lock file to add. */
const flags = ["--skip-synth", "--skip-provider-lock", "--no-color"];

const program = new Command("diff")
  .description("Compares an environment's synthesized stacks with what is there, and keeps each plan for the review.")
  .addOption(environmentOption())
  .option(
    "--plans <folder>",
    "write each stack's plan as JSON; it may hold what only operators may see",
    ".cache/plans",
  )
  .option("--report <file>", "write the counts for the merge request", "build/plan-report.json")
  .option("--rehearsal", "compare with the offline rehearsal instead of the account")
  .option("--fail-on-change", "exit 2 when anything would change")
  .exitOverride();

await runProgram(async (cancelled) => {
  const { environment, plans, report, rehearsal, failOnChange } = program.parse().opts<Options>();
  const stacks = plannedStacks.map((stack) => `${environment.name}-${stack}`);
  await rm(plans, { recursive: true, force: true });
  await mkdir(plans, { recursive: true });
  const rehearse = ["node", "ops/run.mjs", "packages/rehearsal/src/cli.ts", "plan", "--out", plans, "--stacks"];
  if (rehearsal) await runCommand([...rehearse, ...stacks], shown(cancelled));
  else for (const stack of stacks) await compare(stack, join(plans, `${stack}.json`), cancelled);

  const total = gitlabReport(await review(await readPlans(plans), { environment: environment.name }));
  await mkdir(dirname(report), { recursive: true });
  await writeFile(report, JSON.stringify(total));
  process.stderr.write(
    `${environment.name}: ${total.create} to create, ${total.update} to update, ${total.delete} to delete\n`,
  );
  if (failOnChange && total.create + total.update + total.delete > 0) {
    throw new Failure(
      `${environment.name} is not what the code says: somebody changed it by hand, or a deployment failed`,
      2,
    );
  }
});

/** `cdktf diff` leaves Terraform's plan in the stack's folder; as a file it is for Terraform alone. */
async function compare(stack: string, file: string, cancelled: AbortSignal): Promise<void> {
  await runCommand(["cdktf", "diff", stack, ...flags], shown(cancelled));
  const folder = join("cdktf.out", "stacks", stack);
  const show = ["terraform", `-chdir=${folder}`, "show", "-json", "plan"];
  await writeFile(file, await runCommand(show, { ...shown(cancelled), stdout: "pipe" }));
  await rm(join(folder, "plan"));
}

/** A program's words are the job's log. */
function shown(cancelSignal: AbortSignal) {
  return { cancelSignal, env: { CI: "1" }, stdout: "inherit", stderr: "inherit" } as const;
}
