import { say } from "../phrase";
import { isAbsent, later } from "../values";
import { attributeRule, type ChangeRule } from "./rule";

const versions = new Set(["engine", "engine_version", "family", "runtime", "allow_major_version_upgrade"]);

export const engineVersion = attributeRule(
  { name: "engine-version", level: "look", sentence: "Changes the version of an engine or a runtime" },
  ({ name }) => versions.has(name),
);

const sizes = new Set(["instance_class", "instance_type", "node_type", "cache_node_type"]);

export const machineChange = attributeRule(
  { name: "machine-change", level: "look", sentence: "Changes the size of a machine: it restarts, or fails over" },
  ({ name, after }) => sizes.has(name) && after !== later,
);

/** Timeouts, concurrency, and the other numbers that are balanced against each other (config/capacity.ts). */
const limits =
  /timeout|concurren|throttling_(rate|burst)_limit|max_connections|(min|max)_capacity|^desired_count$|^rate$|^burst$/;

export const limitsChange = attributeRule(
  { name: "limits-change", level: "look", sentence: "Changes a timeout, a concurrency or a capacity" },
  // `timeouts` is how long Terraform waits, and nothing that runs.
  ({ path, name, after }) => limits.test(name) && !path.startsWith("timeouts") && after !== later,
);

const retentions =
  /^(backup_retention_period|delete_after|min_retention_days|retention_in_days|deletion_window_in_days|message_retention_seconds|recovery_window_in_days|snapshot_retention_limit)$/;

export const retentionShortened = attributeRule(
  { name: "retention-shortened", level: "look", sentence: "Keeps backups, logs or messages for a shorter time" },
  ({ name, before, after }) =>
    retentions.test(name) && typeof before === "number" && typeof after === "number" && after < before,
);

/** Beginning with nothing, so that a new one is found too: its days of grace are the last in which it can be taken off. */
export const lockedForGood: ChangeRule = {
  name: "locked-for-good",
  level: "look",
  sentence: "Locks backups so that nobody can unlock them once its days of grace are over",
  about: ({ type, action, after }) => {
    const days = after.changeable_for_days;
    if (type !== "aws_backup_vault_lock_configuration" || (action !== "create" && action !== "replace"))
      return undefined;
    return isAbsent(days)
      ? undefined
      : say`${days ?? null} days of grace, kept for ${after.max_retention_days ?? null} days at most`;
  },
};
