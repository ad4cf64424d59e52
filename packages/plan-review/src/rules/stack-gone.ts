import { say } from "../phrase";
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
