import { visible } from "@platform/terraform";
import type { Change } from "../change";
import { type FindingLine, findingLines, lineOf } from "../findings";
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
  totalsSentence,
  verdictNames,
} from "../wording";
import styles from "./page.css";
import { shortened } from "./shortened";

/** The most of a value that is worth reading on a page. */
const longestValue = 2_000;
/** Characters of a difference that the line of a folded change has room for. */
const longestSummary = 100;
/** Findings of one rule that are shown open; the rest folds. */
const openFindings = 5;

/** The whole review as one page that needs nothing else: no script, no font, no request. */
export function toHtml(review: Review): string {
  const { environment, verdict, reasons, stacks, drift } = review;
  const changed = stacks.filter(({ changes }) => changes.length > 0);
  const override = overrideSentence(review);
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${verdictNames[verdict]}: ${visible(environment)}</title>
<style>${markup(styles)}</style>
<header class="${verdict}">
<h1>${verdictNames[verdict]}<small>${visible(environment)}</small></h1>
<p>${totalsSentence(review)} ${costSentence(review)}</p>
${override === undefined ? "" : html`<p>${phrase(override)}</p>`}
</header>
<main>
${reasons.map(reasonItem)}
${changed.length === 0 ? "" : html`<h2>Changes, in the order in which they are applied</h2>`}
${changed.map(
  ({ name, groups, changes }) => html`<section>
<h3>${visible(name)} <small>${changes.length.toLocaleString("en")}</small></h3>
${groups.map(groupItem)}
</section>
`,
)}
${drift.length === 0 ? "" : html`<h2>Changed outside Terraform</h2><section>${drift.map((change) => changeItem(change))}</section>`}
${costTable(review)}
</main>
</html>
`.text;
}

function reasonItem(reason: Reason): Markup {
  const { level, sentence } = reason;
  const item = ({ where, detail, findings }: FindingLine): Markup => {
    const line = html`${where === undefined ? "" : html`<code>${visible(where)}</code> `}${phrase(detail)}`;
    if (findings.length === 1) return html`<li>${line}</li>`;
    return html`<li><details><summary>${line}</summary><ul>${findings.map(lineOf).map(item)}</ul></details></li>`;
  };
  const lines = findingLines(reason);
  const rest = lines.slice(openFindings);
  const more =
    rest.length === 0
      ? ""
      : html`<details><summary>${rest.length.toLocaleString("en")} more</summary><ul>${rest.map(item)}</ul></details>`;
  return html`<section class="reason ${level}"><h2>${sentence} <small>${level}</small></h2><ul>${lines.slice(0, openFindings).map(item)}</ul>${more}</section>
`;
}

function groupItem({ changes, cause }: Group): Markup {
  const [first] = changes;
  if (cause === undefined && (changes.length === 1 || first.action === "replace"))
    return html`${changes.map((change) => changeItem(change))}`;
  const title =
    cause !== undefined
      ? html`because <code>${visible(`${cause.stack}/${cause.path}`)}</code> is replaced`
      : first.action === "update"
        ? html`alike ${shortLine(first) ?? ""}`
        : html`<span class="type">${visible(first.type)}</span>`;
  return html`<details class="group"><summary>${badge(first.action)} <b>${changes.length.toLocaleString("en")}</b> ${title}</summary>
${changes.map((change) => changeItem(change))}</details>
`;
}

function changeItem(change: Change): Markup {
  const { action, path, type, address, differences, later, replacedFor } = change;
  const line = shortLine(change);
  const lines = line === undefined ? differences.flatMap(differenceLines) : [];
  const why = action === "replace" ? html`<span class="why">${phrase(replacementWords(replacedFor))}</span>` : "";
  const unknown =
    later.length === 0
      ? ""
      : html`<details class="later"><summary>${later.length} known after apply</summary><p>${later.map((name) => html`<code>${visible(name)}</code> `)}</p></details>`;
  return html`<details class="change"><summary>${badge(action)} <code>${visible(path)}</code> <span class="type">${visible(type)}</span>${why} ${line ?? ""}</summary>
<p class="address">${visible(address)}</p>
<ul>${lines.map((words) => html`<li>${phrase(words)}</li>`)}</ul>${unknown}</details>
`;
}

/** What differs, where it is one thing and fits the summary. */
function shortLine({ action, differences }: Change): Markup | undefined {
  const [line, ...more] = action === "update" ? differences.flatMap(differenceLines) : [];
  if (line === undefined || more.length > 0) return undefined;
  const length = line.reduce((sum, word) => sum + (typeof word === "string" ? word : word.quoted).length, 0);
  return length > longestSummary ? undefined : phrase(line);
}

const badge = (action: Change["action"]): Markup => html`<span class="badge ${action}">${action}</span>`;

function costTable({ cost: { fixed, difference, items, usage, source } }: Review): Markup {
  return html`<h2>Cost, an estimate</h2>
<section><details><summary><b>${money(fixed)}</b> a month, whether anybody calls or not</summary>
<table><tr><th>a month<th>number<th>each<th>total<th>difference</tr>
${items.map(
  (item) =>
    html`<tr><td>${item.name}<td>${item.quantity.toLocaleString("en")}<td>${money(item.price)}<td>${money(item.total)}<td>${
      item.difference === 0 ? "" : money(item.difference)
    }</tr>
`,
)}<tr><th>all<th><th><th>${money(fixed)}<th>${difference === 0 ? "" : money(difference)}</tr></table></details>
<p>A million requests add about ${usage}.</p>
<p class="address">${source}.</p></section>`;
}

function phrase(words: Phrase): Markup {
  return markup(
    words
      .map((word) =>
        typeof word === "string"
          ? escaped(word)
          : `<code>${escaped(shortened(visible(word.quoted), longestValue))}</code>`,
      )
      .join(""),
  );
}

/** Text that is HTML already. Only this file makes it, so whatever else is printed is escaped. */
export interface Markup {
  readonly text: string;
}

type Content = string | number | Markup | readonly Markup[];

/** `` html`<b>${name}</b>` ``: what is between is escaped unless it is markup itself. */
function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return markup(literals.map((literal, index) => literal + render(contents[index] ?? "")).join(""));
}

/** Takes HTML of our own as it is. */
function markup(text: string): Markup {
  return { text };
}

/** https://html.spec.whatwg.org/multipage/parsing.html: these five, in text and in quoted attributes. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(content: Content): string {
  if (typeof content === "string") return escaped(content);
  if (typeof content === "number") return String(content);
  return "text" in content ? content.text : content.map(({ text }) => text).join("");
}
