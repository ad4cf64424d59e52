import { crossStackReference, withoutIndex } from "@platform/terraform";
import type { Change } from "./change";
import type { StackPlan } from "./stack-plan";

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
