import type { Icon } from "./icons";
import type { Node } from "./scene";
import type { Resource } from "./synthesis";

/** What pictures call a resource, of its name. */
export type Shorten = (name: string) => string;

/** How resources of a type appear. */
export interface Drawing {
  readonly icon: Icon;
  /** Its name, of all that are drawn as one. */
  title(members: readonly Resource[], shorten: Shorten): string;
  /** What it is. */
  detail(members: readonly Resource[]): string;
  /** Resources of one key are drawn as one. @default its address */
  key?(resource: Resource): string;
  /** Which resources of the type. @default all */
  only?(resource: Resource): boolean;
  /** Whether there may be more tomorrow. @default false */
  readonly grows?: boolean;
  /** Whether the picture of its stack alone shows it. @default never */
  closeUp?(resource: Resource): boolean;
}

/** Whether a queue starts no function, as one of dead letters. */
const startsNothing = (queue: Resource) =>
  queue.referrers("aws_lambda_event_source_mapping", "event_source_arn").length === 0;
const always = () => true;
const first = ([resource]: readonly Resource[], setting: string) => resource?.text(setting) ?? "";
const times = (members: readonly Resource[]) => (members.length > 1 ? ` × ${members.length}` : "");
/** Says its name. */
const named =
  (setting: string): Drawing["title"] =>
  (members, shorten) =>
    shorten(first(members, setting));
/** What engines are called. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html */
const engines: Readonly<Record<string, string>> = {
  "aurora-mysql": "Aurora MySQL",
  "aurora-postgresql": "Aurora PostgreSQL",
  mysql: "RDS MySQL",
  postgres: "RDS PostgreSQL",
};
/** What a cluster's engine is called. */
export const engineOf = (cluster: Resource) => engines[cluster.text("engine")] ?? cluster.text("engine");
const serviceNames: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDB",
  logs: "Logs",
  s3: "S3",
  secretsmanager: "Secrets Manager",
};
/** `com.amazonaws.eu-west-1.s3` leads to S3. */
function service(endpoint: Resource): string {
  const name = endpoint.text("service_name").split(".").at(-1) ?? "";
  return serviceNames[name] ?? name;
}
const isInterface = (endpoint: Resource) => endpoint.text("vpc_endpoint_type") === "Interface";
const receivesLogs = (bucket: Resource) => bucket.referrers("aws_s3_bucket_logging", "target_bucket").length > 0;
const issuer = (provider?: Resource) => new URL(provider?.text("url") ?? "").host;
/** How a proxy lets its clients in. */
function letsIn(proxy: Resource): string {
  const { auth, default_auth_scheme: scheme } = proxy.settings;
  const byIam = scheme === "IAM_AUTH" || /"iam_auth":"REQUIRED"/.test(JSON.stringify(auth));
  return [...(byIam ? ["IAM"] : []), ...(proxy.settings.require_tls === true ? ["TLS only"] : [])].join(", ");
}
/** A person or a program may assume it, by its own name; any other role belongs to the service that uses it. */
export const forPrincipals = (role: Resource) => !/"Service"/.test(role.text("assume_role_policy"));

/** What is drawn, by type. */
export const drawn: Readonly<Record<string, Drawing>> = {
  aws_acm_certificate: {
    icon: "certificate",
    title: () => "Certificate",
    // ACM renews what DNS validates. https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
    detail: (members) => {
      const validation = first(members, "validation_method");
      return validation === "DNS" ? "renews itself" : `by ${validation || "import"}`;
    },
    closeUp: always,
  },
  aws_api_gateway_domain_name: {
    icon: "api-gateway",
    title: () => "Custom domain",
    detail: (members) => first(members, "security_policy").replace("_", " ").replace("_", "."),
    closeUp: always,
  },
  aws_api_gateway_rest_api: { icon: "api-gateway", title: () => "API Gateway", detail: () => "REST API" },
  aws_backup_vault: {
    icon: "backup",
    title: (members) => ["Vault", first(members, "region")].filter(Boolean).join(" in "),
    detail: ([vault]) => {
      const locks = vault?.referrers("aws_backup_vault_lock_configuration", "backup_vault_name") ?? [];
      return ["AWS Backup", ...(locks.length > 0 ? ["locked"] : [])].join(", ");
    },
    closeUp: always,
  },
  aws_cloudwatch_dashboard: {
    icon: "cloudwatch",
    title: () => "Dashboard",
    detail: () => "CloudWatch",
    closeUp: always,
  },
  aws_cloudwatch_metric_alarm: {
    icon: "cloudwatch",
    key: () => "alarms",
    title: ({ length }) => `${length} alarms`,
    detail: () => "CloudWatch",
  },
  aws_codebuild_project: {
    icon: "codebuild",
    title: named("name"),
    detail: () => "CodeBuild job",
  },
  aws_db_proxy: { icon: "proxy", title: () => "RDS Proxy", detail: ([proxy]) => (proxy ? letsIn(proxy) : "") },
  aws_dynamodb_table: { icon: "dynamodb", title: named("name"), detail: () => "DynamoDB" },
  aws_ecr_repository: {
    icon: "registry",
    title: (members, shorten) => `images of ${shorten(first(members, "name"))}`,
    detail: () => "ECR repository",
    closeUp: always,
  },
  aws_ecs_service: {
    icon: "fargate",
    grows: true,
    title: named("name"),
    detail: () => "Fargate tasks",
  },
  aws_elasticache_replication_group: {
    icon: "cache",
    title: () => "ElastiCache",
    detail: (members) =>
      `${first(members, "engine")} ${first(members, "engine_version")}, ${first(members, "num_cache_clusters")} nodes`,
  },
  aws_iam_openid_connect_provider: {
    icon: "iam",
    title: ([provider]) => issuer(provider),
    detail: () => "OIDC provider",
  },
  aws_iam_policy: {
    icon: "iam",
    // A policy that is attached belongs to its role; the others limit what roles may have.
    only: (policy) => policy.referrers("aws_iam_role_policy_attachment", "policy_arn").length === 0,
    title: (members, shorten) => shorten(first(members, "name")).replaceAll("-", " "),
    detail: () => "limits roles",
    closeUp: always,
  },
  aws_iam_role: {
    icon: "role",
    only: forPrincipals,
    title: named("name"),
    detail: () => "role",
  },
  aws_iam_user: { icon: "iam", title: named("name"), detail: () => "IAM user" },
  aws_internet_gateway: {
    icon: "internet-gateway",
    title: () => "Internet gateway",
    detail: () => "",
    closeUp: always,
  },
  aws_lambda_function: {
    icon: "function",
    grows: true,
    title: named("function_name"),
    detail: ([lambda]) => {
      const aliases = lambda?.referrers("aws_lambda_alias", "function_name") ?? [];
      return ["Lambda", ...aliases.map((alias) => `alias ${alias.text("name")}`)].join(", ");
    },
  },
  aws_nat_gateway: {
    icon: "nat-gateway",
    key: () => "nat",
    title: (members) => `NAT gateway${times(members)}`,
    detail: ({ length }) => (length > 1 ? "one a zone" : "one for all zones"),
  },
  aws_rds_cluster_instance: {
    icon: "aurora",
    key: (instance) => instance.path.replace(/-\d+$/, ""),
    title: (members) => {
      const [name = ""] = /[a-z]+$/.exec(first(members, "identifier").replace(/-\d+$/, "")) ?? [];
      return `${name}${members.length > 1 ? "s" : ""}${times(members)}`;
    },
    detail: (members) => {
      const size = first(members, "instance_class");
      return size === "db.serverless" ? "Serverless v2" : size;
    },
  },
  aws_route53_record: {
    icon: "dns",
    only: (record) => record.settings.alias !== undefined,
    key: (record) => record.text("name"),
    title: (members) => first(members, "name"),
    detail: () => "Route 53",
  },
  aws_s3_bucket: {
    icon: "bucket",
    title: named("bucket"),
    detail: () => "S3 bucket",
    closeUp: receivesLogs,
  },
  aws_secretsmanager_secret: {
    icon: "secret",
    title: (members) => first(members, "name").split("/").at(-1) ?? "",
    detail: () => "Secrets Manager",
    closeUp: always,
  },
  aws_sns_topic: { icon: "topic", title: named("name"), detail: () => "SNS topic" },
  aws_sqs_queue: { icon: "queue", title: named("name"), detail: () => "SQS queue", closeUp: startsNothing },
  aws_vpc_endpoint: {
    icon: "endpoint",
    key: (endpoint) => (isInterface(endpoint) ? "interface-endpoints" : endpoint.address),
    title: (members) => members.map(service).sort().join(", "),
    closeUp: isInterface,
    detail: (members) =>
      `${first(members, "vpc_endpoint_type").toLowerCase()} endpoint${members.length > 1 ? "s" : ""}`,
  },
  aws_wafv2_web_acl: { icon: "firewall", title: () => "WAF", detail: () => "firewall" },
};

/** All that are drawn as one, in a box. */
export function nodeOf(
  id: string,
  drawing: Drawing,
  members: readonly Resource[],
  { parent, shorten }: { readonly parent: string; readonly shorten: Shorten },
): Node {
  const { icon, grows = false } = drawing;
  return {
    id,
    icon,
    title: drawing.title(members, shorten),
    detail: drawing.detail(members),
    parent,
    ...(grows && { grows }),
  };
}

/** What belongs to something drawn: by type, the setting that names the whole. */
export const parts: Readonly<Record<string, string>> = {
  aws_acm_certificate_validation: "certificate_arn",
  aws_api_gateway_deployment: "rest_api_id",
  aws_api_gateway_method: "rest_api_id",
  aws_api_gateway_method_settings: "rest_api_id",
  aws_api_gateway_resource: "rest_api_id",
  aws_api_gateway_stage: "rest_api_id",
  aws_db_proxy_default_target_group: "db_proxy_name",
  aws_lambda_alias: "function_name",
};

/** By whom a service's role is used. */
export const roleUsers: readonly (readonly [type: string, setting: string])[] = [
  ["aws_lambda_function", "role"],
  ["aws_codebuild_project", "service_role"],
  ["aws_db_proxy", "role_arn"],
];
