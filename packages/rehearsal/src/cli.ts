import { homedir } from "node:os";
import { join } from "node:path";
import { runBin } from "@platform/terraform";
import { Command, InvalidArgumentError } from "commander";
import { version } from "../package.json";
import { planStacks } from "./plan";
import { type RehearsalOptions, startRehearsal } from "./rehearsal";
import { rehearse } from "./rehearse";
import { summaryTable } from "./summary";
import { workingCopy } from "./working-copy";

const program = new Command("rehearsal")
  .description(
    "Runs the real Terraform on a synthesized program, with an offline provider and a local state backend: no account, no network.",
  )
  .version(version);

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");

/** @throws when the text is no port */
function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new InvalidArgumentError("a port is a whole number from 1 to 65535");
}

const tell = (line: string) => process.stderr.write(`${line}\n`);

program
  .command("plan")
  .description("plan stacks in dependency order, and say what each would add, change, replace and destroy")
  .argument("[folder]", "the synthesized program", "cdktf.out")
  .option("--stacks <names...>", "names of stacks, * for any text; what they depend on is planned too (default: all)")
  .option("--from <folder>", "a synthesized program that is deployed already (default: an empty account)")
  .option("--drift <file>", "JSON list of changes made by hand: [{ type, match: {}, set: {}, gone }]")
  .option("--out <folder>", "write each plan to <folder>/<stack>.json, in the form of terraform show -json")
  .option("--summary", "leave out Terraform's text")
  .option("--json", "print the summary as JSON on standard output, and nothing else there")
  .action(async (out: string, options: PlanFlags) => {
    const plans = await planStacks(
      {
        out,
        stacks: options.stacks ?? [],
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.drift === undefined ? {} : { drift: options.drift }),
        ...(options.out === undefined ? {} : { planFolder: options.out }),
      },
      tell,
    );
    if (options.json === true) {
      process.stdout.write(`${JSON.stringify({ stacks: plans.map(({ text: _text, ...summary }) => summary) })}\n`);
      return;
    }
    if (options.summary !== true) for (const { stack, text } of plans) process.stdout.write(`\n=== ${stack}\n${text}`);
    process.stdout.write(`\n${summaryTable(plans)}`);
  });

program
  .command("rehearse")
  .description("deploy stacks with the cdktf CLI, find no difference in a plan after it, and destroy them")
  .argument("[folder]", "the synthesized program", "cdktf.out")
  .option("--stacks <names...>", "names of stacks, * for any text; what they depend on is deployed too (default: all)")
  .option("--log <file>", "file for all that the cdktf CLI says", join(cache, "rehearsal", "rehearse.log"))
  .action((out: string, { stacks = [], log }: { readonly stacks?: string[]; readonly log: string }) =>
    rehearse({ out, stacks, log }, tell),
  );

program
  .command("serve")
  .description("keep the offline cloud running for terraform commands by hand, until Ctrl-C")
  .argument("[folder]", "the synthesized program", "cdktf.out")
  .option("--drift <file>", "JSON list of changes made by hand: [{ type, match: {}, set: {}, gone }]")
  .option("--s3-port <port>", "port of the state's S3 (default: a free one)", port)
  .option("--dynamodb-port <port>", "port of the lock table's DynamoDB (default: a free one)", port)
  .action(async (out: string, options: RehearsalOptions) => {
    const copy = await workingCopy(out);
    const rehearsal = await startRehearsal(options);
    const stacks = await rehearsal.prepare(copy.path);
    const exports = Object.entries(rehearsal.environment()).map(([name, value]) => `export ${name}='${value}'\n`);
    process.stdout.write(exports.join(""));
    tell(`The stacks are in:\n${stacks.map(({ folder }) => `  ${folder}\n`).join("")}Ctrl-C stops the offline cloud.`);
  });

interface PlanFlags {
  readonly stacks?: string[];
  readonly from?: string;
  readonly drift?: string;
  readonly out?: string;
  readonly summary?: boolean;
  readonly json?: boolean;
}

// Leaves by process.exit, so that the temporary folders go too.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

await runBin(() => program.parseAsync());
