import type { Change } from "../change";
import { type Part, parts, type Statement, type StatementChange } from "../policy";

/** An entry of a statement that comes or goes. */
export interface Entry {
  readonly statement: Statement;
  readonly part: Part;
  readonly entry: string;
}

const statementChanges = ({ differences }: Change): readonly StatementChange[] =>
  differences.flatMap((difference) => (difference.kind === "policy" ? difference.statements : []));

const all = (statement: Statement): Entry[] =>
  parts.flatMap((part) => statement.parts[part].map((entry) => ({ statement, part, entry })));

/** What statements that allow say anew. */
export function gained(change: Change): readonly Entry[] {
  return statementChanges(change).flatMap((found): Entry[] => {
    if (found.kind === "removed") return [];
    const statement = found.kind === "added" ? found.statement : found.after;
    if (statement.effect !== "Allow") return [];
    if (found.kind === "added" || found.before.effect === "Deny") return all(statement);
    return found.parts.flatMap(({ part, added }) => added.map((entry) => ({ statement, part, entry })));
  });
}

/** What held a policy back and goes: a Deny, a part of one, a condition of an Allow. */
export function loosened(change: Change): Statement | undefined {
  const found = statementChanges(change).find((one) => {
    if (one.kind === "added") return false;
    if (one.kind === "removed") return one.statement.effect === "Deny";
    if (one.before.effect === "Deny" && one.after.effect === "Allow") return true;
    // An entry that another one takes the place of is a change to read, not a loss.
    const lost = one.parts.filter(({ added, removed }) => removed.length > added.length).map(({ part }) => part);
    const grown = one.parts.filter(({ added, removed }) => added.length > removed.length).map(({ part }) => part);
    return one.before.effect === "Allow"
      ? lost.includes("condition")
      : lost.some((part) => part !== "condition") || grown.includes("condition");
  });
  return found === undefined || found.kind === "added"
    ? undefined
    : found.kind === "removed"
      ? found.statement
      : found.before;
}

export const nameOf = ({ sid, effect }: Statement): string => sid ?? `${effect} without a name`;
