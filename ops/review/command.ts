import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { readPlans } from "@platform/terraform";
import { Command } from "commander";
import { toGitlabReport } from "../../packages/plan-review/src/render/gitlab-report";
import { toHtml } from "../../packages/plan-review/src/render/html";
import { toJson } from "../../packages/plan-review/src/render/json";
import { toMarkdown } from "../../packages/plan-review/src/render/markdown";
import { toText } from "../../packages/plan-review/src/render/text";
import { review } from "../../packages/plan-review/src/review";
import { exitCodes, passage } from "../../packages/plan-review/src/verdict";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { rehearsePlans } from "./rehearse-plans";

interface Options {
  readonly environment: string;
  readonly plans?: string;
  readonly base?: string;
  readonly cdktfOut?: string;
  readonly markdown?: string;
  readonly html?: string;
  readonly gitlabReport?: string;
  readonly page?: string;
  readonly labels: string;
  readonly json?: boolean;
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
  .option("--base <revision>", "git revision whose stacks stand already, on the rehearsal (default: an empty account)")
  .option("--cdktf-out <folder>", "the synthesized program of the plans, which knows where constructs stand")
  .option("--markdown <file>", "write the comment for the merge request")
  .option("--html <file>", "write the whole review as one page")
  .option("--gitlab-report <file>", "write GitLab's terraform report")
  .option("--page <where>", "where a reader of the comment finds the page", "the HTML page")
  .option("--labels <list>", `the merge request's labels, comma-separated: ${passage.label} lets a stop pass`, "")
  .option("--json", "print the review as JSON instead of text")
  .exitOverride();

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
      ...(synthesized === undefined ? {} : { synthesized }),
      ...(rehearsed === undefined ? {} : { gone: rehearsed.gone }),
    });
    await write(options.markdown, () => toMarkdown(found, options.page === undefined ? {} : { page: options.page }));
    await write(options.html, () => toHtml(found));
    await write(options.gitlabReport, () => toGitlabReport(found));
    process.stdout.write(options.json === true ? `${toJson(found)}\n` : toText(found));
    const accepted = found.verdict === "stop" && options.labels.split(",").includes(passage.label);
    if (accepted) process.stderr.write(`${passage.label} is set on the merge request: the stop passes\n`);
    process.exitCode = accepted ? 0 : exitCodes[found.verdict];
  } finally {
    await rehearsed?.remove();
  }
});

async function write(file: string | undefined, content: () => string): Promise<void> {
  if (file === undefined) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content());
}
