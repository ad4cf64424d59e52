import { say } from "../phrase";
import type { ChangeRule } from "./rule";

export const unknownType: ChangeRule = {
  name: "unknown-type",
  level: "look",
  sentence:
    "Changes a type of resource that no rule knows: read it, then say in the configuration whether it is stateful",
  about: ({ type, holdsData }) => (holdsData === undefined ? say`${type}` : undefined),
};
