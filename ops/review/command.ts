import { type ReportOptions, report, reportOptions, review } from "@platform/plan-review";
import { readPlans } from "@platform/terraform";
import { Command } from "commander";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { rehearsePlans } from "./rehearse-plans";
import { settings } from "./settings";

interface Options extends ReportOptions {
  readonly environment: string;
  readonly plans?: string;
  readonly base?: string;
  readonly cdktfOut?: string;
}

const program = new Command("plan-review")
  .description(
    "Says of an environment's plans whether to apply them: safe (exit code 0), look (2) or stop (3); 1 is an error.",
  )
  .requiredOption("-e, --environment <name>", "the environment, as in config/environments")
  .option(
    "--plans <folder>",
    "what terraform show -json printed, as <folder>/<stack>.json (default: planned on the rehearsal)",
  )
  .option(
    "--base <revision>",
    "git revision whose stacks are deployed already, on the rehearsal (default: an empty account)",
  )
  .option("--cdktf-out <folder>", "the synthesized program of the plans, which knows the constructs' paths")
  .exitOverride();
reportOptions(program);

await runProgram(async (cancelled) => {
  const options = program.parse().opts<Options>();
  const { environment, plans, base, cdktfOut } = options;
  if (plans !== undefined && base !== undefined) {
    throw new Failure("--base plans on the rehearsal, so it cannot be given with --plans");
  }
  const rehearsed =
    plans === undefined
      ? await rehearsePlans({ environment, ...(base === undefined ? {} : { base }) }, cancelled)
      : undefined;
  try {
    const synthesized = rehearsed?.synthesized ?? cdktfOut;
    const found = await review(await readPlans(rehearsed?.plans ?? plans ?? ""), {
      environment,
      settings,
      ...(synthesized === undefined ? {} : { synthesized }),
      ...(rehearsed === undefined ? {} : { gone: rehearsed.gone }),
    });
    process.exitCode = await report(found, options);
  } finally {
    await rehearsed?.remove();
  }
});
