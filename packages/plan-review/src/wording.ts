import type { Action } from "./change";
import type { Difference } from "./difference";
import { type Phrase, say } from "./phrase";
import type { Statement, StatementChange } from "./policy";
import type { Review } from "./review";
import { isAbsent, type Value } from "./values";
import type { Verdict } from "./verdict";

/** The words that every form of the review shares. */

export const verdictNames: Readonly<Record<Verdict, string>> = { safe: "Safe", look: "Look", stop: "Stop" };

const verbs: Readonly<Record<Action, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  forget: "to leave unmanaged",
  import: "to import",
  move: "to rename",
};

/** `3 to create, 1 to update in 2 of 5 stacks.` */
export function totalsSentence({ totals, stacks }: Review): string {
  const counts = Object.entries(verbs).flatMap(([action, verb]) => {
    const count = Object.entries(totals).find(([name]) => name === action)?.[1];
    return count === undefined ? [] : [`${count.toLocaleString("en")} ${verb}`];
  });
  const changed = stacks.filter(({ changes }) => changes.length > 0).length;
  const all = `${stacks.length} ${stacks.length === 1 ? "stack" : "stacks"}`;
  return counts.length === 0 ? `Nothing changes in ${all}.` : `${counts.join(", ")} in ${changed} of ${all}.`;
}

export function costSentence({ cost }: Review): string {
  const amount =
    Math.abs(cost.difference) < 0.005
      ? "unchanged"
      : `${money(Math.abs(cost.difference))} ${cost.difference > 0 ? "more" : "less"}`;
  return `Fixed cost about ${money(cost.fixed)} a month, ${amount} (estimate).`;
}

/** `$1,234`, or `$0.40` where the cents matter. */
export function money(dollars: number): string {
  const digits = Math.abs(dollars) < 10 ? 2 : 0;
  return `$${dollars.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** How a stop may be overridden; undefined when nobody has to, or nobody said how. */
export function overrideSentence({ verdict, override }: Review): Phrase | undefined {
  if (verdict !== "stop" || override === undefined) return undefined;
  const { who, label, job } = override;
  const runs: Phrase = job === undefined ? [] : [" or runs the job ", { quoted: job }];
  return [`To let it pass, ${who} sets the label `, { quoted: label }, ...runs, "."];
}

/** One difference, a line each. */
export function differenceLines(difference: Difference): readonly Phrase[] {
  const { path } = difference;
  switch (difference.kind) {
    case "value":
      return [
        isAbsent(difference.before)
          ? say`${path} ${difference.after}`
          : say`${path} ${difference.before} → ${difference.after}`,
      ];
    case "list":
      return [[{ quoted: path }, ...signed("+", difference.added), ...signed("−", difference.removed)]];
    case "hidden":
      return [say`${path} changes (sensitive)`];
    case "later":
      return [say`${path} known after apply`];
    case "policy":
      return difference.statements.map((statement) => [{ quoted: path }, " ", ...statementWords(statement)]);
  }
}

function statementWords(change: StatementChange): Phrase {
  if (change.kind === "changed") {
    const { before, after } = change;
    const effect = before.effect === after.effect ? [] : say`: ${before.effect} → ${after.effect}`;
    const parts = change.parts.flatMap(
      ({ part, added, removed }): Phrase => [`, ${part}`, ...signed("+", added), ...signed("−", removed)],
    );
    return ["statement ", { quoted: after.sid ?? after.effect }, ...effect, ...parts];
  }
  const { statement } = change;
  return [`${change.kind === "added" ? "+" : "−"} ${statement.effect} `, ...statementParts(statement)];
}

function statementParts({ sid, parts }: Statement): Phrase {
  const named: Phrase = sid === undefined ? [] : [{ quoted: sid }];
  const listed = Object.entries(parts).flatMap(
    ([part, entries]): Phrase => (entries.length === 0 ? [] : [`, ${part} `, ...commaSeparated(entries)]),
  );
  return [...named, ...listed];
}

function signed(sign: string, values: readonly Value[]): Phrase {
  return values.length === 0 ? [] : [` ${sign} `, ...commaSeparated(values)];
}

function commaSeparated(values: readonly Value[]): Phrase {
  return values.flatMap((value, index) => [
    ...(index === 0 ? [] : [", "]),
    ...say`${value}`.filter((part) => part !== ""),
  ]);
}

/** `, because family changes`: why a replacement is one. */
export function replacementWords(replacedFor: readonly string[]): Phrase {
  if (replacedFor.length === 0) return [", because somebody asked for it"];
  return [", because ", ...commaSeparated(replacedFor), replacedFor.length === 1 ? " changes" : " change"];
}

/** The first names of a list, and how many more there are. */
export function someOf(names: readonly string[], most: number): Phrase {
  const shown = names.length <= most + 1 ? names : names.slice(0, most);
  const rest = names.length - shown.length;
  return [...commaSeparated(shown), ...(rest > 0 ? [` and ${rest.toLocaleString("en")} more`] : [])];
}
