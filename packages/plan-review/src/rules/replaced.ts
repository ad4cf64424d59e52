import { say } from "../phrase";
import type { ChangeRule } from "./rule";

export const replaced: ChangeRule = {
  name: "replaced",
  level: "look",
  sentence: "Replaces a resource: it is gone for a while, or its address changes",
  about: ({ action, replacedFor, holdsData }) =>
    action !== "replace" || holdsData !== false
      ? undefined
      : say`for ${replacedFor.join(", ") || "a person asked for it"}`,
};
