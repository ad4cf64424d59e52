import { say } from "../phrase";
import type { StackPlan } from "../stack-plan";
import type { PlansRule } from "./rule";

/**
 * Plans of all stacks that are made before any of them is applied know nothing of each other: a stack that reads an output
 * which another one is about to change was planned with the old value, and will do more than its plan says.
 */
export const stalePlan: PlansRule = {
  name: "stale-plan",
  level: "look",
  sentence: "Reads what another stack is about to change: plan it again after that one is applied",
  aboutAll: (plans) => {
    const stale = plans.filter((plan) => plans.some((other) => readsOld(plan, other))).map(({ name }) => name);
    return stale.length > 0 ? say`${stale.join(", ")}` : undefined;
  },
};

function readsOld({ read }: StackPlan, { name, outputs }: StackPlan): boolean {
  return Object.entries(read.get(name) ?? {}).some(([output, value]) => {
    const change = outputs[output];
    if (change === undefined || JSON.stringify(change.before) !== JSON.stringify(value)) return false;
    return change.after_unknown === true || JSON.stringify(change.after) !== JSON.stringify(change.before);
  });
}
