import { say } from "../phrase";
import type { StackPlan } from "../stack-plan";
import type { PlansRule } from "./rule";
export const stackGone: PlansRule = {
  name: "stack-gone",
  level: "look",
  sentence: "Leaves a stack behind: what it built stays, and nothing manages it, until somebody destroys it",
  aboutAll: (plans) => {
    const gone = plans.filter((plan) => plan.gone).map(({ name }) => name);
    return gone.length > 0 ? say`${gone.join(", ")}` : undefined;
  },
};

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

export const drifted: PlansRule = {
  name: "drifted",
  level: "look",
  sentence: "Somebody changed resources outside Terraform, and this may undo it",
  aboutAll: (plans) => {
    const count = plans.reduce((sum, { drift }) => sum + drift.length, 0);
    return count > 0 ? say`${count} changed, listed below` : undefined;
  },
};

/** More than a person reads with care. */
const limit = 30;

export const manyChanges: PlansRule = {
  name: "many-changes",
  level: "look",
  sentence: "Changes much at once",
  aboutAll: (plans) => {
    const count = plans.reduce((sum, { changes }) => sum + changes.length, 0);
    return count > limit ? say`${count} resources, where ${limit} are read with care` : undefined;
  },
};
