import { say } from "../phrase";
import type { PlansRule } from "./rule";

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
