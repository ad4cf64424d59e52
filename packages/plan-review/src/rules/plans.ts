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

/** With `-target`, or where Terraform defers changes: `complete` is false. https://developer.hashicorp.com/terraform/internals/json-format */
export const partialPlan: PlansRule = {
  name: "partial-plan",
  level: "look",
  sentence: "Leaves out changes that the source asks for, which nobody has seen planned: plan again after it",
  aboutAll: (plans) => {
    const partial = plans.filter(({ complete, deferred }) => !complete || deferred.length > 0);
    return partial.length > 0 ? say`${partial.map(leftOut).join("; ")}` : undefined;
  },
};

const leftOut = ({ name, deferred }: StackPlan) => (deferred.length > 0 ? `${name}: ${deferred.join(", ")}` : name);

/** What Terraform 1.14 calls an action: it runs once, stands in no state, and no plan undoes it. */
export const providerAction: PlansRule = {
  name: "provider-action",
  level: "look",
  sentence: "Runs actions of a provider, which no later plan takes back",
  aboutAll: (plans) => {
    const invoked = plans.flatMap((plan) => plan.invoked.map((address) => `${plan.name}/${address}`));
    return invoked.length > 0 ? say`${invoked.join(", ")}` : undefined;
  },
};

export const checkFails: PlansRule = {
  name: "check-fails",
  level: "look",
  sentence: "Applies although a check of the source fails",
  aboutAll: (plans) => {
    const failed = plans.flatMap((plan) =>
      plan.failed.map(({ address, messages }) => [`${plan.name}/${address}`, ...messages].join(": ")),
    );
    return failed.length > 0 ? say`${failed.join("; ")}` : undefined;
  },
};

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
