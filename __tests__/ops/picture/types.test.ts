import { environments } from "../../../config/environments";
import { synthesize } from "../../../ops/picture/pictures";
import { connections } from "../../../packages/architecture/src/connections";
import { drawn, parts } from "../../../packages/architecture/src/drawn";
import { table } from "./drawing";

/** Types that are drawn as boxes around others. */
const boxes = ["aws_network_acl", "aws_rds_cluster", "aws_subnet", "aws_vpc"];

/** Types that only say where a connection leads. */
const routing = [
  "aws_db_subnet_group",
  "aws_elasticache_subnet_group",
  "aws_iam_role_policy_attachment",
  "aws_route",
  "aws_route_table",
  "aws_route_table_association",
  "aws_security_group",
];

/** Types that no picture shows, and why. */
const leftOut: Readonly<Record<string, string>> = {
  aws_accessanalyzer_analyzer: "watches the whole account, beside the way of any request",
  aws_api_gateway_account: "a setting of the account, beside the way of any request",
  aws_appautoscaling_policy: "how many tasks a service runs",
  aws_appautoscaling_target: "how many tasks a service runs",
  aws_backup_plan: "when recovery points are made, drawn as the way to their vaults",
  aws_backup_restore_testing_plan: "when a restore is tried, beside the way of any request",
  aws_backup_restore_testing_selection: "what is restored for a test",
  aws_backup_vault_lock_configuration: "a setting of a vault, which the vault shows",
  aws_backup_vault_policy: "only refuses",
  aws_budgets_budget: "watches the account's costs, beside the way of any request",
  aws_ce_anomaly_monitor: "watches the account's costs, beside the way of any request",
  aws_ce_anomaly_subscription: "watches the account's costs, beside the way of any request",
  aws_cloudtrail: "records the whole account's calls, beside the way of any request",
  aws_cloudwatch_composite_alarm: "says when several alarms together tell somebody",
  aws_cloudwatch_event_rule: "the other half of its target",
  aws_cloudwatch_event_target: "tells of findings and of failed backups, beside the way of any request",
  aws_cloudwatch_log_group: "every part has one: it would double the picture",
  aws_default_network_acl: "closed, and nothing stands in it",
  aws_default_security_group: "closed, and nothing is in it",
  aws_ecr_lifecycle_policy: "a setting of a repository",
  aws_ecs_cluster: "a name that its services share",
  aws_ecs_task_definition: "what a service runs, drawn as the service",
  aws_elasticache_parameter_group: "settings of the queue",
  aws_elasticache_user: "whom the queue lets in, as the rules of security groups show",
  aws_elasticache_user_group: "whom the queue lets in, as the rules of security groups show",
  aws_eip: "the address of a NAT gateway",
  aws_flow_log: "watches the whole VPC, beside the way of any request",
  aws_guardduty_detector: "watches the whole account, beside the way of any request",
  aws_guardduty_detector_feature: "a setting of a detector",
  aws_iam_user_policy: "says again which roles trust the user",
  aws_kms_alias: "the name of a key",
  aws_kms_key: "encrypts all that its stack stores: an edge to everything",
  aws_lambda_function_recursion_config: "a setting of a function",
  aws_lambda_permission: "the other half of an integration",
  aws_rds_cluster_parameter_group: "settings of the cluster",
  aws_route53_resolver_firewall_domain_list: "names of the whole VPC, on the way of no packet",
  aws_route53_resolver_firewall_rule: "names of the whole VPC, on the way of no packet",
  aws_route53_resolver_firewall_rule_group: "names of the whole VPC, on the way of no packet",
  aws_route53_resolver_firewall_rule_group_association: "names of the whole VPC, on the way of no packet",
  aws_route53_resolver_query_log_config: "watches the whole VPC, beside the way of any request",
  aws_route53_resolver_query_log_config_association: "watches the whole VPC, beside the way of any request",
  aws_s3_bucket_lifecycle_configuration: "a setting of a bucket",
  aws_s3_bucket_ownership_controls: "a setting of a bucket",
  aws_s3_bucket_policy: "only refuses",
  aws_s3_bucket_public_access_block: "a setting of a bucket",
  aws_s3_bucket_server_side_encryption_configuration: "a setting of a bucket",
  aws_s3_bucket_versioning: "a setting of a bucket",
  aws_sns_topic_policy: "the other half of an alarm's action",
  aws_sqs_queue_policy: "the other half of a notification, else only refuses",
  aws_vpc_security_group_ingress_rule: "the other half of an egress rule",
  aws_wafv2_web_acl_logging_configuration: "where blocked requests are logged",
  terraform_data: "a value in Terraform's state, nothing that runs",
};

// With every switch on, so that no type is missed.
const variants = environments.flatMap((environment) => [
  environment,
  {
    ...environment,
    alarms: { emails: ["on-call@example.com"] },
    gitlab: { ...environment.gitlab, oidc: true },
  },
]);
const synthesized = new Set(
  variants.flatMap((environment) => synthesize(environment, table).resources.map(({ type }) => type)),
);
const shown = [...Object.keys(drawn), ...boxes, ...Object.keys(parts), ...Object.keys(connections), ...routing];

test("every type of resource is drawn, or left out with a reason", () => {
  const known = new Set([...shown, ...Object.keys(leftOut)]);
  expect([...synthesized].filter((type) => !known.has(type))).toEqual([]);
  for (const reason of Object.values(leftOut)) expect(reason.length).toBeGreaterThan(10);
});

test("no type is both drawn and left out", () => {
  expect(shown.filter((type) => type in leftOut)).toEqual([]);
});

test("no rule speaks of a type that is gone", () => {
  expect([...shown, ...Object.keys(leftOut)].filter((type) => !synthesized.has(type))).toEqual([]);
});
