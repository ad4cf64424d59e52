import { say } from "../phrase";
import type { PlansRule } from "./rule";

export const drifted: PlansRule = {
  name: "drifted",
  level: "look",
  sentence: "Somebody changed resources outside Terraform, and this may undo it",
  aboutAll: (plans) => {
    const count = plans.reduce((sum, { drift }) => sum + drift.length, 0);
    return count > 0 ? say`${count} changed, listed below` : undefined;
  },
};
