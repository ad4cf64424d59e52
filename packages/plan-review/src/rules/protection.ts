import type { Change } from "../change";
import { type Phrase, say } from "../phrase";
import { isAbsent, isValues, type Value } from "../values";
import { became, type ChangeRule, hidden, leaving, transitions } from "./rule";

/** Attributes that protect, by path, and the value by which they do. */
const protections = {
  "authentication_mode.type": "iam",
  automatic_failover_enabled: true,
  block_public_acls: true,
  block_public_policy: true,
  deletion_protection: true,
  deletion_protection_enabled: true,
  enable_deletion_protection: true,
  force_delete: false,
  force_destroy: false,
  iam_database_authentication_enabled: true,
  ignore_public_acls: true,
  "image_scanning_configuration.scan_on_push": true,
  image_tag_mutability: "IMMUTABLE",
  is_enabled: true,
  multi_az_enabled: true,
  "point_in_time_recovery.enabled": true,
  restrict_public_buckets: true,
  skip_final_snapshot: false,
  "versioning_configuration.status": "Enabled",
};

/** Resources that do nothing but protect another one. */
const guards = new Set([
  "aws_backup_selection",
  "aws_backup_vault_lock_configuration",
  "aws_backup_vault_policy",
  "aws_flow_log",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_versioning",
  "aws_wafv2_web_acl_association",
  "aws_wafv2_web_acl_logging_configuration",
]);

export const protectionOff: ChangeRule = {
  name: "protection-off",
  level: "stop",
  sentence: "Switches a protection off",
  about: (change) => {
    if (guards.has(change.type) && change.action === "delete") return say`${change.type} is deleted`;
    const found = leaving(change, protections);
    return found === undefined ? firewallRuleGone(change) : became(found);
  },
};

function firewallRuleGone({ type, differences }: Change): Phrase | undefined {
  if (type !== "aws_wafv2_web_acl") return undefined;
  const [gone] = differences.flatMap((one) => (one.kind === "list" && one.path === "rule" ? one.removed : []));
  return gone === undefined ? undefined : say`rule ${isValues(gone) ? (gone.name ?? gone) : gone} of the firewall goes`;
}

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
  transit_encryption_mode: "required",
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
    return found && became(found);
  },
};

const bornWith = ["storage_encrypted", "encrypted", "at_rest_encryption_enabled", "transit_encryption_enabled"];

function bornOpen({ type, after }: Change): Phrase | undefined {
  // The provider has some of its booleans as texts.
  const off = bornWith.find((name) => after[name] === false || after[name] === "false");
  if (off !== undefined) return say`new, with ${off} ${false}`;
  // It asks AWS for a group without TLS where the source says nothing.
  const said = after.transit_encryption_enabled === true && after.transit_encryption_mode !== "preferred";
  return type === "aws_elasticache_replication_group" && !said ? say`new, without TLS for everyone` : undefined;
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
