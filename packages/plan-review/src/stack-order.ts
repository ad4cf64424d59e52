import type { StackPlan } from "./stack-plan";

/** The stacks in the order in which they are applied: each after those whose outputs it reads. */
export function inStackOrder(plans: readonly StackPlan[]): readonly StackPlan[] {
  const byName = new Map(plans.map((plan) => [plan.name, plan]));
  const ordered = new Set<StackPlan>();
  const begun = new Set<StackPlan>();
  const visit = (plan: StackPlan): void => {
    if (begun.has(plan)) return;
    begun.add(plan);
    for (const name of plan.configuration.dependencies) {
      const dependency = byName.get(name);
      if (dependency !== undefined) visit(dependency);
    }
    ordered.add(plan);
  };
  for (const plan of plans.toSorted((one, other) => one.name.localeCompare(other.name, "en"))) visit(plan);
  return [...ordered];
}
