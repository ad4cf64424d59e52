import { say } from "../phrase";
import { isStateful } from "./resource-types";
import type { ChangeRule } from "./rule";

export const destroyed: ChangeRule = {
  name: "destroyed",
  level: "look",
  sentence: "Removes a resource",
  about: ({ type, action }) => {
    if (action === "forget") return say`${type} stays in AWS, unmanaged`;
    return action === "delete" && !isStateful(type) ? say`${type}` : undefined;
  },
};
