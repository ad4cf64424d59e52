import { say } from "../phrase";
import { isKnown } from "./resource-types";
import type { ChangeRule } from "./rule";

export const unknownType: ChangeRule = {
  name: "unknown-type",
  level: "look",
  sentence: "Changes a type of resource that no rule knows: read it, then add it to rules/resource-types.ts",
  about: ({ type }) => (isKnown(type) ? undefined : say`${type}`),
};
