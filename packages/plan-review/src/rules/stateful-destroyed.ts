import { say } from "../phrase";
import type { ChangeRule } from "./rule";

export const statefulDestroyed: ChangeRule = {
  name: "stateful-destroyed",
  level: "stop",
  sentence: "Destroys what cannot be built again",
  about: ({ type, action, replacedFor, holdsData }) => {
    if (holdsData === false) return undefined;
    if (action === "delete") return say`${type} is deleted`;
    if (action !== "replace") return undefined;
    return replacedFor.length === 0 ? say`${type} is replaced` : say`${type} is replaced for ${replacedFor.join(", ")}`;
  },
};
