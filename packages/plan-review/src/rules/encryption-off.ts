import type { Change } from "../change";
import { type Phrase, say } from "../phrase";
import { isAbsent, isValues, type Value } from "../values";
import type { ChangeRule } from "./rule";
import { hidden, leaving, transitions } from "./transitions";

const encrypted = {
  at_rest_encryption_enabled: true,
  enable_key_rotation: true,
  encrypted: true,
  encryption_disabled: false,
  require_tls: true,
  "rule.apply_server_side_encryption_by_default.sse_algorithm": "aws:kms",
  "server_side_encryption.enabled": true,
  storage_encrypted: true,
  transit_encryption_enabled: true,
};

/** Attributes that name the key. */
const keys = /^(kms_.*(id|arn)|encryption_key|.*_kms_key_(id|arn))$/;

export const encryptionOff: ChangeRule = {
  name: "encryption-off",
  level: "stop",
  sentence: "Switches encryption off",
  about: (change) => {
    if (change.action === "create") return bornOpen(change);
    if (change.action === "delete") {
      const lost = change.type === "aws_s3_bucket_server_side_encryption_configuration";
      return lost ? say`${change.type} is deleted` : undefined;
    }
    const found = leaving(change, encrypted) ?? keyTaken(change) ?? tlsLowered(change);
    return found && say`${found.path} ${found.before} → ${found.after}`;
  },
};

function bornOpen({ after }: Change): Phrase | undefined {
  const name = ["storage_encrypted", "encrypted", "at_rest_encryption_enabled"].find((one) => after[one] === false);
  return name === undefined ? undefined : say`new, with ${name} ${false}`;
}

function keyTaken(change: Change) {
  return transitions(change).find(
    ({ name, before, after }) => keys.test(name) && !isAbsent(before) && before !== hidden && isAbsent(after),
  );
}

/** `rds.force_ssl` in a parameter group, and the oldest TLS that a domain accepts. */
function tlsLowered({ before, after, ...change }: Change) {
  const [was, is] = [forcesTls(before.parameter), forcesTls(after.parameter)];
  if (was && !is) return { path: "parameter rds.force_ssl", before: "1", after: null };
  return transitions({ before, after, ...change }).find(
    ({ name, before: old, after: fresh }) =>
      name === "security_policy" && typeof old === "string" && typeof fresh === "string" && tls(fresh) < tls(old),
  );
}

function forcesTls(parameters: Value | undefined): boolean {
  return (
    Array.isArray(parameters) &&
    parameters.some((one) => isValues(one) && one.name === "rds.force_ssl" && one.value === "1")
  );
}

/** `TLS_1_2` and `SecurityPolicy_TLS13_1_2_2021_06` alike: the first version named. */
const tls = (policy: string) => Number(/TLS_?1_?(\d)/.exec(policy)?.[1] ?? 0);
