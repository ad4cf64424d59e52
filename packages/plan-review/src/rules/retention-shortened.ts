import { say } from "../phrase";
import type { ChangeRule } from "./rule";
import { transitions } from "./transitions";

const retentions = /^(backup_retention_period|retention_in_days|deletion_window_in_days|message_retention_seconds)$/;

export const retentionShortened: ChangeRule = {
  name: "retention-shortened",
  level: "look",
  sentence: "Keeps backups, logs or messages for a shorter time",
  about: (change) => {
    const found = transitions(change).find(
      ({ name, before, after }) =>
        retentions.test(name) && typeof before === "number" && typeof after === "number" && after < before,
    );
    return found && say`${found.path} ${found.before} → ${found.after}`;
  },
};
