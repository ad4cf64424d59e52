import { readPlans, runBin } from "@platform/terraform";
import { Command } from "commander";
import { version } from "../package.json";
import { type ReportOptions, report, reportOptions } from "./report";
import { review } from "./review";
import { readSettings } from "./settings";

interface Options extends ReportOptions {
  readonly name: string;
  readonly cdktfOut?: string;
  readonly config?: string;
}

const program = reportOptions(
  new Command("plan-review")
    .description(
      "Says of Terraform's plans whether to apply them: safe (exit code 0), look (2) or stop (3); 1 is an error.",
    )
    .version(version)
    .argument("<plans...>", "what terraform show -json printed: files named after their stack, or folders of them")
    .option("--name <name>", "what the review calls the plans together, such as an environment", "plans")
    .option("--cdktf-out <folder>", "the synthesized program of the plans, which knows the constructs' paths")
    .option("--config <file>", "JSON of what only your project knows: stateful and stateless types, who may override"),
).action(async (plans: string[], { name, cdktfOut, config, ...options }: Options) => {
  const settings = config === undefined ? {} : readSettings(config);
  const synthesized = cdktfOut === undefined ? {} : { synthesized: cdktfOut };
  const found = await review(await readPlans(...plans), { environment: name, ...synthesized, settings });
  process.exitCode = await report(found, options);
});

await runBin(() => program.parseAsync());
