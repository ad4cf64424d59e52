import type { Change } from "../change";
import { type Phrase, say } from "../phrase";
import { isValues } from "../values";
import type { ChangeRule } from "./rule";
import { leaving } from "./transitions";

/** Attributes that protect, by path, and the value by which they do. */
const protections = {
  block_public_acls: true,
  block_public_policy: true,
  deletion_protection: true,
  deletion_protection_enabled: true,
  enable_deletion_protection: true,
  force_destroy: false,
  iam_database_authentication_enabled: true,
  ignore_public_acls: true,
  is_enabled: true,
  "point_in_time_recovery.enabled": true,
  restrict_public_buckets: true,
  skip_final_snapshot: false,
  "versioning_configuration.status": "Enabled",
};

/** Resources that do nothing but protect another one. */
const guards = new Set([
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
    return found === undefined ? firewallRuleGone(change) : say`${found.path} ${found.before} → ${found.after}`;
  },
};

function firewallRuleGone({ type, differences }: Change): Phrase | undefined {
  if (type !== "aws_wafv2_web_acl") return undefined;
  const [gone] = differences.flatMap((one) => (one.kind === "list" && one.path === "rule" ? one.removed : []));
  return gone === undefined ? undefined : say`rule ${isValues(gone) ? (gone.name ?? gone) : gone} of the firewall goes`;
}
