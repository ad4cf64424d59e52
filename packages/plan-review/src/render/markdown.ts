import { visible } from "@platform/terraform";
import type { Change } from "../change";
import { findingLines } from "../findings";
import type { Group } from "../groups";
import type { Phrase } from "../phrase";
import type { Review } from "../review";
import type { Reason } from "../verdict";
import {
  costSentence,
  differenceLines,
  money,
  overrideSentence,
  replacementWords,
  someOf,
  totalsSentence,
  verdictNames,
} from "../wording";
import { shortened } from "./shortened";

export interface MarkdownOptions {
  /** Characters that the note may have. @default GitLab's limit, https://docs.gitlab.com/administration/instance_limits/ */
  readonly limit?: number;
  /** Where the whole review is, as a reader of the note finds it. @default "the HTML page" */
  readonly page?: string;
}

const noteLimit = 1_000_000;
/** Room for the line that says what is left out, and for closing tags. */
const reserve = 500;
/** Lines that are read at a glance; more are folded. */
const unfolded = 12;
const longestValue = 100;
const signs = { safe: "🟢", look: "🟡", stop: "🔴" } as const;

/** The review as a comment on a merge request: the summary first, the rest folded where it is long. */
export function toMarkdown(
  review: Review,
  { limit = noteLimit, page = "the HTML page" }: MarkdownOptions = {},
): string {
  const opening = [
    `## ${signs[review.verdict]} ${verdictNames[review.verdict]}: ${code(review.environment)}`,
    review.reasons.map(reasonLine).join("\n"),
    phrase(overrideSentence(review) ?? []),
    `${totalsSentence(review)} ${costSentence(review)}`,
  ].filter((paragraph) => paragraph !== "");
  const sections = [
    ...review.stacks
      .filter(({ changes }) => changes.length > 0)
      .map(({ name, groups }) => ({ title: name, lines: groups.flatMap(groupLines) })),
    ...(review.drift.length === 0
      ? []
      : [{ title: "Changed outside Terraform", lines: review.drift.flatMap(changeLines) }]),
  ];
  const long = sections.reduce((sum, { lines }) => sum + lines.length, 0) > unfolded;
  let text = opening.join("\n\n").slice(0, limit - reserve);
  let left = 0;
  for (const { title, lines } of sections) {
    const room = limit - reserve - text.length - title.length;
    const fitting = takeFitting(lines, room);
    left += lines.length - fitting.length;
    if (fitting.length > 0) text += `\n\n${section(title, fitting, long)}`;
  }
  if (left > 0) text += `\n\n${left.toLocaleString("en")} lines more than a note holds: see ${page}.`;
  const costs = costSection(review);
  return text.length + costs.length + 2 > limit ? `${text}\n` : `${text}\n\n${costs}\n`;
}

function section(title: string, lines: readonly string[], folded: boolean): string {
  const body = lines.join("\n");
  return folded
    ? `<details><summary><code>${entities(title)}</code></summary>\n\n${body}\n\n</details>`
    : `**${code(title)}**\n\n${body}`;
}

function takeFitting(lines: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += line.length + 1;
    return used > room;
  });
  return end === -1 ? lines : lines.slice(0, end);
}

function reasonLine(reason: Reason): string {
  const most = reason.level === "stop" ? 10 : 3;
  const found = findingLines(reason);
  const shown = found
    .slice(0, most)
    .map(({ where, detail }) => [...(where === undefined ? [] : [code(where)]), phrase(detail)].join(" "));
  const rest = found.length - shown.length;
  return `- **${reason.sentence}**: ${shown.join("; ")}${rest > 0 ? `; and ${rest.toLocaleString("en")} more` : ""}`;
}

function groupLines({ changes, cause }: Group): readonly string[] {
  const [first] = changes;
  const names = phrase(
    someOf(
      changes.map(({ path }) => path),
      8,
    ),
  );
  if (cause !== undefined) {
    return [
      `- ${first.action} ${changes.length}, because ${code(`${cause.stack}/${cause.path}`)} is replaced: ${names}`,
    ];
  }
  if (changes.length === 1 || first.action === "replace") return changes.flatMap(changeLines);
  if (first.action === "update") return [`- update ${changes.length} alike: ${names}`, ...nested(first)];
  return [`- ${first.action} ${changes.length} ${code(first.type)}: ${names}`, ...changes.flatMap(permissions)];
}

function changeLines(change: Change): readonly string[] {
  const { action, path, type, replacedFor } = change;
  const why = action === "replace" ? phrase(replacementWords(replacedFor)) : "";
  const head = `- ${action} ${code(path)} ${code(type)}${why}`;
  if (action === "create") return [head, ...permissions(change)];
  const [only, ...more] = nested(change);
  return only !== undefined && more.length === 0 ? [`${head}: ${only.trim().slice(2)}`] : [head, ...nested(change)];
}

/** What a new resource may do; the rest of what it is set to is in the page. */
function permissions({ path, differences }: Change): readonly string[] {
  const policies = differences.filter(({ kind }) => kind === "policy").flatMap(differenceLines);
  return policies.map((line) => `  - ${code(path)} ${phrase(line)}`);
}

function nested({ differences, later }: Change): readonly string[] {
  const known = differences.flatMap((one) => differenceLines(one).map((line) => `  - ${phrase(line)}`));
  if (later.length === 0) return known;
  return [...known, `  - ${later.length} known after apply`];
}

function costSection({ cost: { items, usage, source } }: Review): string {
  const lines = items.map(
    ({ name, quantity, price, total, difference }) =>
      `| ${name} | ${quantity.toLocaleString("en")} | ${money(price)} | ${money(total)} | ${difference === 0 ? "" : money(difference)} |`,
  );
  return [
    "<details><summary>Cost</summary>",
    ["| a month | number | each | total | difference |", "| --- | ---: | ---: | ---: | ---: |", ...lines].join("\n"),
    `A million requests add about ${usage}. Prices: ${source}.`,
    "</details>",
  ].join("\n\n");
}

function phrase(words: Phrase): string {
  return words.map((word) => (typeof word === "string" ? word : code(word.quoted))).join("");
}

/** Text that Markdown, HTML and GitLab's references leave as it is: https://spec.commonmark.org/0.31.2/#code-spans */
function code(text: string): string {
  const shown = shortened(visible(text), longestValue);
  const fence = "`".repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const padded = shown.startsWith("`") || shown.endsWith("`") || shown.trim() === "" ? ` ${shown} ` : shown;
  return `${fence}${padded}${fence}`;
}

function entities(text: string): string {
  return visible(text).replaceAll(/[&<>"'`*_[\]@#!$~:/\\]/g, (character) => `&#${character.codePointAt(0)};`);
}
