import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "@platform/terraform";
import type { Command } from "commander";
import { toHtml } from "./render/html";
import { gitlabReport, toJson } from "./render/json";
import { toMarkdown } from "./render/markdown";
import { toText } from "./render/text";
import type { Review } from "./review";
import { exitCodes } from "./verdict";

/** Where a review goes, besides standard output. */
export interface ReportOptions {
  /** Files. @default not written */
  readonly markdown?: string;
  readonly html?: string;
  readonly gitlabReport?: string;
  /** Where a reader of the Markdown finds the page. */
  readonly page?: string;
  /** The merge request's labels, comma-separated. */
  readonly labels: string;
  readonly json?: boolean;
}

/** Adds the options to a command: everybody's, and of any program that reviews plans of its own. */
export function reportOptions(command: Command): Command {
  return command
    .option("--markdown <file>", "write the comment for the merge request")
    .option("--html <file>", "write the whole review as one page")
    .option("--gitlab-report <file>", "write GitLab's terraform report")
    .option("--page <where>", "where a reader of the comment finds the page", "the HTML page")
    .option("--labels <list>", "the merge request's labels, comma-separated: one of them may override a stop", "")
    .option("--json", "print the review as JSON instead of text");
}

/**
 * Writes the review wherever the options say, and to standard output.
 *
 * @returns the exit code of the verdict; 0 for a stop that a label overrides
 */
export async function report(review: Review, options: ReportOptions): Promise<number> {
  const { markdown, html, page, labels, json } = options;
  await write(markdown, () => toMarkdown(review, page === undefined ? {} : { page }));
  await write(html, () => toHtml(review));
  await write(options.gitlabReport, () => JSON.stringify(gitlabReport(review)));
  process.stdout.write(json === true ? `${toJson(review)}\n` : toText(review));
  const label = review.override?.label;
  if (review.verdict !== "stop" || label === undefined || !labels.split(",").includes(label)) {
    return exitCodes[review.verdict];
  }
  process.stderr.write(`${label} is set on the merge request: the stop passes\n`);
  return 0;
}

async function write(file: string | undefined, content: () => string): Promise<void> {
  if (file === undefined) return;
  makeFolder(dirname(file));
  await writeFile(file, content());
}
