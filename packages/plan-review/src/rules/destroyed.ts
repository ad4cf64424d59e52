import { say } from "../phrase";
import type { ChangeRule } from "./rule";

export const destroyed: ChangeRule = {
  name: "destroyed",
  level: "look",
  sentence: "Removes a resource",
  about: ({ type, action, holdsData }) => {
    if (action === "forget") return say`${type} stays in AWS, unmanaged`;
    return action === "delete" && holdsData === false ? say`${type}` : undefined;
  },
};
