import type { RootCause } from "./cause";
import type { Change } from "./change";
import { groupBy } from "./group-by";
import { plain } from "./phrase";
import type { Value } from "./values";

/** Changes that an operator reads as one: they differ in the same, or all follow from another one. */
export interface Group {
  readonly changes: readonly [Change, ...Change[]];
  /** The replacement that they all follow from, in this stack or in one before it. */
  readonly cause: Change | undefined;
}

/** Groups stand where their first change does. */
export function inGroups(changes: readonly Change[], rootCause: RootCause): readonly Group[] {
  const causes = new Map(
    changes.map((change) => [change, change.action === "replace" ? rootCause(change) : undefined] as const),
  );
  const groups = groupBy(changes, (change) => {
    const cause = causes.get(change);
    return cause === undefined ? signature(change) : `follows from ${cause.stack} ${cause.address}`;
  });
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group;
    return first === undefined ? [] : [{ changes: [first, ...rest] as const, cause: causes.get(first) }];
  });
}

/** Equal for changes that read alike; new resources are told by their type. */
function signature({ action, type, differences, address }: Change): string {
  if (action !== "update") return `${action} ${action === "replace" ? address : type}`;
  return `${action} ${JSON.stringify(differences, (_, value: Value) => (typeof value === "object" ? value : plain(value)))}`;
}
