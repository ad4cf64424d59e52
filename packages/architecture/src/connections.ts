import { forPrincipals, roleUsers } from "./drawn";
import type { Flow } from "./scene";
import { internetGatewaysOf, natGatewaysOf, subnetsOf } from "./subnets";
import type { Resource, Synthesis } from "./synthesis";

/** What is outside AWS. */
export type Outsider = "users" | "internet" | "pipeline" | "people";

/** From a resource or an outsider to another. */
export interface Connection {
  readonly from: Resource | Outsider;
  readonly to: Resource | Outsider;
  readonly flow: Flow;
  readonly label?: string;
}

type Rule = (resource: Resource, synthesis: Synthesis) => readonly Connection[];

/** What connects with what, read from the references of a type's resources. */
export const connections: Readonly<Record<string, Rule>> = {
  aws_api_gateway_base_path_mapping: (mapping) =>
    between(mapping.refersTo("domain_name"), mapping.refersTo("api_id"), { flow: "request" }),

  aws_api_gateway_domain_name: (name) =>
    between(name.refersTo("regional_certificate_arn"), [name], { flow: "protection" }),

  aws_api_gateway_integration: (integration) =>
    between(integration.refersTo("rest_api_id"), integration.refersTo("uri"), { flow: "request" }),

  aws_backup_selection: (selection) => {
    const vaults = selection.refersTo("plan_id").flatMap((plan) => plan.refersTo("rule"));
    return between(selection.refersTo("resources"), vaults, { flow: "event" });
  },

  aws_cloudwatch_metric_alarm: (alarm) => between([alarm], alarm.refersTo("alarm_actions"), { flow: "event" }),

  aws_db_proxy_target: (target) =>
    between(target.refersTo("db_proxy_name"), target.refersTo("db_cluster_identifier"), { flow: "request" }),

  aws_iam_role: (role, synthesis) => {
    if (!forPrincipals(role)) return [];
    return [
      ...between([...role.refersTo("assume_role_policy"), ...issuersOf(role, synthesis)], [role], {
        flow: "permission",
      }),
      ...between(role.refersTo("permissions_boundary"), [role], { flow: "protection" }),
      ...between([role], targetsOf(role, synthesis), { flow: "permission" }),
    ];
  },

  aws_iam_role_policy: (policy, synthesis) => {
    const named = (...types: string[]) => policy.refersTo("policy").filter(({ type }) => types.includes(type));
    return policy
      .refersTo("role")
      .flatMap(usersOf)
      .flatMap((user) => {
        const endpoints = s3EndpointsOf(user, synthesis);
        return [
          ...between(endpoints.length > 0 ? endpoints : [user], named("aws_s3_bucket"), { flow: "connection" }),
          ...between([user], named("aws_secretsmanager_secret", "aws_ecr_repository"), { flow: "connection" }),
        ];
      });
  },

  aws_iam_openid_connect_provider: (provider) => [{ from: "pipeline", to: provider, flow: "permission" }],

  aws_iam_user: (user) => [{ from: "pipeline", to: user, flow: "permission" }],

  aws_internet_gateway: (gateway) => [{ from: gateway, to: "internet", flow: "connection" }],

  aws_lambda_event_source_mapping: (mapping) =>
    between(mapping.refersTo("event_source_arn"), mapping.refersTo("function_name"), { flow: "event" }),

  aws_lambda_function: (lambda) => between([lambda], lambda.refersTo("dead_letter_config"), { flow: "event" }),

  aws_nat_gateway: (nat) =>
    between([nat], nat.refersTo("subnet_id").flatMap(internetGatewaysOf), { flow: "connection" }),

  aws_route53_record: (record) => {
    if (record.settings.alias === undefined) return [];
    return [
      { from: "users", to: record, flow: "request" },
      ...between([record], record.refersTo("alias"), { flow: "request" }),
    ];
  },

  aws_s3_bucket_logging: (logging) =>
    between(logging.refersTo("bucket"), logging.refersTo("target_bucket"), { flow: "event" }),

  aws_s3_bucket_notification: (notification) =>
    between(notification.refersTo("bucket"), notification.refersTo("lambda_function", "queue", "topic"), {
      flow: "event",
      label: "new file",
    }),

  aws_sqs_queue: (queue) => between([queue], queue.refersTo("redrive_policy"), { flow: "event" }),

  aws_sns_topic_subscription: (subscription) =>
    subscription.refersTo("topic_arn").map((topic) => ({ from: topic, to: "people", flow: "event" })),

  aws_vpc_security_group_egress_rule: (rule, synthesis) =>
    rule.refersTo("security_group_id").flatMap((group) =>
      membersOf(group, synthesis).flatMap((member) => {
        const label = rule.text("from_port");
        const gateways = rule.settings.cidr_ipv4 === undefined ? [] : subnetsOf(member).flatMap(natGatewaysOf);
        const peers = rule.refersTo("referenced_security_group_id").flatMap((peer) => membersOf(peer, synthesis));
        return [
          ...between([member], [...gateways, ...rule.refersTo("prefix_list_id")], { flow: "connection", label }),
          ...peers.flatMap((peer) =>
            // A worker waits for what others put into the queue.
            isWorker(member) && peer.type === "aws_elasticache_replication_group"
              ? between([peer], [member], { flow: "event", label })
              : between([member], [peer], { flow: isService(member) ? "request" : "connection", label }),
          ),
        ];
      }),
    ),

  aws_wafv2_web_acl_association: (association) =>
    between(association.refersTo("web_acl_arn"), association.refersTo("resource_arn"), { flow: "protection" }),
};

function between(
  from: readonly Resource[],
  to: readonly Resource[],
  what: Pick<Connection, "flow" | "label">,
): readonly Connection[] {
  return from.flatMap((one) => to.map((other) => ({ from: one, to: other, ...what })));
}

/** What users' requests run through: the migration job and workers work for nobody who waits. */
const isService = ({ type }: Resource) => type === "aws_lambda_function" || type === "aws_db_proxy";
const isWorker = ({ type }: Resource) => type === "aws_ecs_service";

const groupMembers = new Set([
  "aws_codebuild_project",
  "aws_db_proxy",
  "aws_ecs_service",
  "aws_elasticache_replication_group",
  "aws_lambda_function",
  "aws_rds_cluster",
  "aws_vpc_endpoint",
]);

/** What has its network interfaces in a security group. */
function membersOf(group: Resource, synthesis: Synthesis): readonly Resource[] {
  const members = synthesis.resources.filter(({ type }) => groupMembers.has(type));
  return members.filter((member) => member.refersTo().includes(group));
}

function usersOf(role: Resource): readonly Resource[] {
  const definitions = role.referrers("aws_ecs_task_definition", "task_role_arn", "execution_role_arn");
  return [
    ...roleUsers.flatMap(([type, setting]) => role.referrers(type, setting)),
    ...definitions.flatMap((definition) => definition.referrers("aws_ecs_service", "task_definition")),
  ];
}

/** The gateway endpoints for S3 that a resource's security groups let it reach. */
function s3EndpointsOf(resource: Resource, synthesis: Synthesis): readonly Resource[] {
  return synthesis
    .of("aws_vpc_security_group_egress_rule")
    .filter((rule) => rule.refersTo("security_group_id").some((group) => resource.refersTo().includes(group)))
    .flatMap((rule) => rule.refersTo("prefix_list_id"));
}

/** Identity providers that a role trusts by name: the account has one, whatever its environments. */
function issuersOf(role: Resource, synthesis: Synthesis): readonly Resource[] {
  const trust = role.text("assume_role_policy");
  return synthesis
    .of("aws_iam_openid_connect_provider")
    .filter((provider) => trust.includes(`:oidc-provider/${new URL(provider.text("url")).host}"`));
}

/** How a policy names what it lets a role act on. */
const arns: readonly (readonly [type: string, name: string, arn: RegExp])[] = [
  ["aws_s3_bucket", "bucket", /^arn:aws:s3:::([\w.-]+)/],
  ["aws_dynamodb_table", "name", /:table\/([\w.-]+)/],
  ["aws_lambda_function", "function_name", /:function:([\w-]+)/],
  ["aws_codebuild_project", "name", /:project\/([\w-]+)/],
  ["aws_ecs_service", "name", /:service\/[\w-]+\/([\w-]+)/],
  ["aws_ecr_repository", "name", /:repository\/([\w-]+)/],
  // Secrets Manager ends each ARN with a hyphen and six characters of its own.
  ["aws_secretsmanager_secret", "name", /:secret:([\w/-]+)-[?*]/],
];

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * What a pipeline's role acts on, beyond reading. A role that creates resources acts on all that there are, an edge to
 * everything: of those only the way to their state is drawn.
 */
function targetsOf(role: Resource, synthesis: Synthesis): readonly Resource[] {
  const policies = [
    ...role.referrers("aws_iam_role_policy", "role"),
    ...role
      .referrers("aws_iam_role_policy_attachment", "role")
      .flatMap((attachment) => attachment.refersTo("policy_arn")),
  ];
  const statements = policies.flatMap((policy): readonly Statement[] => JSON.parse(policy.text("policy")).Statement);
  const creates = statements.some(({ Action }) => [Action].flat().some((action) => action.includes(":Create")));
  const acting = statements.filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().some(changes));
  return acting
    .flatMap(({ Resource }) => Resource)
    .flatMap((resource) =>
      arns.flatMap(([type, setting, arn]) => {
        const [, name] = arn.exec(resource) ?? [];
        return synthesis.of(type).filter((other) => name !== undefined && other.text(setting) === name);
      }),
    )
    .filter(({ type }) => !creates || type === "aws_s3_bucket" || type === "aws_dynamodb_table");
}

const changes = (action: string) => !/:(Get|List|Describe|BatchGet|Head|Query)/.test(action);
