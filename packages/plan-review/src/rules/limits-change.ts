import { say } from "../phrase";
import { later } from "../values";
import type { ChangeRule } from "./rule";
import { transitions } from "./transitions";

/** Timeouts, concurrency, and the other numbers that are balanced against each other (config/capacity.ts). */
const limits = /timeout|concurren|throttling_(rate|burst)_limit|max_connections|(min|max)_capacity|^rate$|^burst$/;

export const limitsChange: ChangeRule = {
  name: "limits-change",
  level: "look",
  sentence: "Changes a timeout, a concurrency or a capacity",
  about: (change) => {
    if (change.action !== "update" && change.action !== "replace") return undefined;
    // `timeouts` is how long Terraform waits, and nothing that runs.
    const found = transitions(change).find(
      ({ path, name, after }) => limits.test(name) && !path.startsWith("timeouts") && after !== later,
    );
    return found && say`${found.path} ${found.before} → ${found.after}`;
  },
};
