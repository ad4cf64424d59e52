import { say } from "../phrase";
import type { ChangeRule } from "./rule";
import { transitions } from "./transitions";

const versions = new Set(["engine", "engine_version", "family", "runtime", "allow_major_version_upgrade"]);

export const engineVersion: ChangeRule = {
  name: "engine-version",
  level: "look",
  sentence: "Changes the version of an engine or a runtime",
  about: (change) => {
    if (change.action !== "update" && change.action !== "replace") return undefined;
    const found = transitions(change).find(({ name }) => versions.has(name));
    return found && say`${found.path} ${found.before} → ${found.after}`;
  },
};
