import { crossStackReference, withoutIndex } from "@platform/terraform";
import type { Change } from "./change";
import { groupBy } from "./group-by";
import { plain } from "./phrase";
import type { StackPlan } from "./stack-plan";
import type { Value } from "./values";

/** Changes that an operator reads as one: they differ in the same, or all follow from another one. */
export interface Group {
  readonly changes: readonly [Change, ...Change[]];
  /** The replacement that they all follow from, in this stack or in one before it. */
  readonly cause: Change | undefined;
}

/** Groups are where their first change is. */
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

/** Finds, for a resource that is replaced because another one is, the one that all began with. */
export type RootCause = (change: Change) => Change | undefined;

/**
 * A replaced resource gets a new id, and whatever names that id in an attribute that cannot change in place is replaced
 * too, across stacks. An operator needs the first one; the rest follows from it.
 */
export function rootCauses(plans: readonly StackPlan[]): RootCause {
  const stacks = new Map(plans.map((plan) => [plan.name, plan]));
  const replaced = new Map(
    plans.flatMap(({ name, changes }) =>
      changes
        .filter(({ action }) => action === "replace")
        .map((change) => [`${name} ${withoutIndex(change.address)}`, change] as const),
    ),
  );

  const target = (stack: string, reference: string): Change | undefined => {
    const other = crossStackReference(reference);
    if (other === undefined) return replaced.get(`${stack} ${withoutIndex(reference)}`);
    const references = stacks.get(other.stack)?.configuration.outputReferences(other.output) ?? [];
    return references.map((inner) => replaced.get(`${other.stack} ${withoutIndex(inner)}`)).find((found) => found);
  };
  const cause = ({ stack, address, replacedFor }: Change): Change | undefined => {
    const configuration = stacks.get(stack)?.configuration;
    return replacedFor
      .flatMap((attribute) => configuration?.references(address, attribute) ?? [])
      .map((reference) => target(stack, reference))
      .find((found) => found !== undefined);
  };

  return (change) => {
    const seen = new Set([change]);
    let root = cause(change);
    for (let next = root; next !== undefined && !seen.has(next); next = cause(next)) {
      seen.add(next);
      root = next;
    }
    return root;
  };
}
