import { accessSync, constants, existsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { InputError, makeFolder, runBin, visibleJson, visibleLines } from "@platform/terraform";
import { Command, InvalidArgumentError } from "commander";
import { version } from "../package.json";
import { type Outcomes, type ProgramOptions, planStacks } from "./plan";
import { type RehearsalOptions, startRehearsal } from "./rehearsal";
import { rehearse } from "./rehearse";
import { summaryTable } from "./summary";
import { factsText, typeFacts } from "./type-facts";
import { validate } from "./validate";
import { findProgram, workingCopy } from "./working-copy";

const program = new Command("rehearsal")
  .description(
    "Runs the real Terraform on a program of CDKTF, cdktn or .tf files, with an offline provider and a local state backend: no account, no network.",
  )
  .version(version)
  .addHelpText("after", "\nExit codes: 0 all went well, 1 something was refused or bad input, 130 interrupted.");

/** In the user's cache folder; where that cannot be written, in the one for temporary files. */
function defaultLog(): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "rehearsal");
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    return join(folder, "rehearse.log");
  } catch {
    return join(tmpdir(), "rehearse.log");
  }
}

/** @throws when the text is no port */
function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new InvalidArgumentError("a port is a whole number from 1 to 65535");
}

/** @throws when the text is not NAME=VALUE */
function variable(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value = ""] = /^([\w-]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError("a variable is NAME=VALUE");
  return { ...before, [name]: value };
}

const several = (text: string, before: readonly string[] = []) => [...before, text];
const tell = (line: string) => process.stderr.write(`${visibleLines(line)}\n`);

interface Flags {
  readonly stacks?: string[];
  readonly var?: Record<string, string>;
  readonly varFile?: string[];
  readonly workspace?: string;
  readonly answers?: string;
  readonly drift?: string;
  readonly json?: boolean;
}

/** A command that works on a program. */
const onProgram = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .argument("[folder]", "a synthesized program or a folder of .tf files (default: cdktf.out here or above)")
    .option("--stacks <names...>", "names of stacks, * for any text; what they depend on comes along (default: all)")
    .option("--var <name=value>", "value of a variable; again for each", variable)
    .option("--var-file <file>", "file of values of variables; again for each", several)
    .option("--workspace <name>", "Terraform's workspace (default: default)")
    .option(
      "--answers <file>",
      "YAML file of what data sources and other states hold (default: rehearsal.answers.yaml)",
    )
    .option("--json", "print the outcome as JSON on standard output, and nothing else there");

function programOptions(folder: string | undefined, flags: Flags): ProgramOptions {
  const { stacks, var: variables, varFile: variableFiles, workspace, answers, drift } = flags;
  return {
    folder: findProgram(folder),
    ...(stacks && { stacks }),
    ...(variables && { variables }),
    ...(variableFiles && { variableFiles }),
    ...(workspace && { workspace }),
    ...(answers && { answers }),
    ...(drift && { drift }),
  };
}

/** Prints an outcome; what could not be done is on standard error, and in the exit code. */
function finish<Stack>({ stacks, problems }: Outcomes<Stack>, json: boolean | undefined, text: string): void {
  for (const problem of problems) tell(problem);
  if (problems.length > 0) process.exitCode = 1;
  const outcome = { stacks, ...(problems.length > 0 && { problems }) };
  process.stdout.write(json ? `${visibleJson(outcome)}\n` : visibleLines(text));
}

onProgram("plan", "plan stacks in dependency order, and say what each would add, change, replace and destroy")
  .option("--from <folder>", "a program that is deployed already (default: an empty account)")
  .option("--drift <file>", "JSON list of changes made by hand: [{ type, match: {}, set: {}, gone }]")
  .option("--out <folder>", "write each plan to <folder>/<stack>.json, in the form of terraform show -json")
  .option("--summary", "leave out Terraform's text")
  .action(async (folder: string | undefined, flags: Flags & PlanFlags) => {
    if (flags.drift !== undefined && !existsSync(flags.drift)) throw new InputError(`${flags.drift} does not exist`);
    const options = { ...programOptions(folder, flags), ...(flags.from && { from: flags.from }) };
    const outcomes = await planStacks({ ...options, ...(flags.out && { planFolder: flags.out }) }, tell);
    const texts = flags.summary ? [] : outcomes.stacks.map(({ stack, text }) => `\n=== ${stack}\n${text}`);
    const stacks = outcomes.stacks.map(({ text: _text, ...summary }) => summary);
    finish({ ...outcomes, stacks }, flags.json, `${texts.join("")}\n${summaryTable(outcomes.stacks)}`);
  });

interface PlanFlags {
  readonly from?: string;
  readonly out?: string;
  readonly summary?: boolean;
}

onProgram("rehearse", "apply stacks, find no difference in a plan after it, and destroy them")
  .option("--cdktf", "with the cdktf CLI instead of Terraform itself")
  .option(
    "--log <file>",
    "file for all that the cdktf CLI says (default: rehearsal/rehearse.log in the user's cache folder)",
  )
  .action(async (folder: string | undefined, flags: Flags & { readonly cdktf?: boolean; readonly log?: string }) => {
    const options = { ...programOptions(folder, flags), ...(flags.cdktf && { cdktfLog: flags.log ?? defaultLog() }) };
    finish(await rehearse(options, tell), flags.json, "");
  });

onProgram("validate", "let Terraform and the offline provider check each stack, without a plan").action(
  async (folder: string | undefined, flags: Flags) => {
    finish(await validate(programOptions(folder, flags), tell), flags.json, "");
  },
);

program
  .command("facts")
  .description(
    "print what is known of a resource type: what its provider fills in, hides, replaces and refuses, and whence",
  )
  .argument("<type>", "Terraform's name of the type: aws_db_instance")
  .option("--json", "print it as JSON")
  .action((type: string, { json }: { readonly json?: boolean }) => {
    const facts = typeFacts(type);
    process.stdout.write(json ? `${JSON.stringify(facts)}\n` : factsText(facts));
  });

program
  .command("serve")
  .description("keep the offline cloud running for terraform commands by hand, until Ctrl-C")
  .argument("[folder]", "a synthesized program or a folder of .tf files (default: cdktf.out here or above)")
  .option("--answers <file>", "YAML file of what data sources and other states hold (default: rehearsal.answers.yaml)")
  .option("--drift <file>", "JSON list of changes made by hand: [{ type, match: {}, set: {}, gone }]")
  .option("--s3-port <port>", "port of the state's S3 (default: a free one)", port)
  .option("--dynamodb-port <port>", "port of the lock table's DynamoDB (default: a free one)", port)
  .action(async (folder: string | undefined, options: RehearsalOptions) => {
    const copy = await workingCopy(findProgram(folder));
    const rehearsal = await startRehearsal(options);
    const stacks = await rehearsal.prepare(copy);
    const exports = Object.entries(rehearsal.environment()).map(([name, value]) => `export ${name}='${value}'\n`);
    process.stdout.write(exports.join(""));
    for (const { problem } of stacks) if (problem !== undefined) tell(problem);
    tell(`The stacks are in:\n${stacks.map((stack) => `  ${stack.folder}\n`).join("")}Ctrl-C stops the offline cloud.`);
  });

// Leaves by process.exit, so that the temporary folders go too.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

await runBin(() => program.parseAsync());
