import { say } from "../phrase";
import { isStateful } from "./resource-types";
import type { ChangeRule } from "./rule";

export const replaced: ChangeRule = {
  name: "replaced",
  level: "look",
  sentence: "Replaces a resource: it is gone for a while, or its address changes",
  about: ({ type, action, replacedFor }) =>
    action !== "replace" || isStateful(type)
      ? undefined
      : say`for ${replacedFor.join(", ") || "a person asked for it"}`,
};
