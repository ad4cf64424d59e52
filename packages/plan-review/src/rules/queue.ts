import type { Change } from "../change";
import type { Phrase } from "../phrase";
import { isList, isValues, type Value } from "../values";
import { became, type ChangeRule, transitions } from "./rule";

/** A cache may forget; a queue that forgets has lost jobs. */
export const evictionAllowed: ChangeRule = {
  name: "eviction-allowed",
  level: "stop",
  sentence: "Lets a queue in memory throw away what waits",
  about: (change) => (change.action === "update" || change.action === "replace" ? loosened(change) : undefined),
};

function loosened(change: Change): Phrase | undefined {
  const { type, before, after } = change;
  const was: Value = evicts(before.parameter);
  const is: Value = evicts(after.parameter);
  if (was === "noeviction" && is !== "noeviction")
    return became({ path: "parameter maxmemory-policy", before: was, after: is });
  if (type !== "aws_elasticache_replication_group") return undefined;
  // The groups that AWS has ready evict: volatile-lru.
  const group = transitions(change).find(({ path }) => path === "parameter_group_name");
  return typeof group?.after === "string" && group.after.startsWith("default.") ? became(group) : undefined;
}

/** What a parameter group says of a full memory. */
function evicts(parameters: Value | undefined): Value {
  const found = isList(parameters)
    ? parameters.filter(isValues).find(({ name }) => name === "maxmemory-policy")
    : undefined;
  return found?.value ?? null;
}
