import { type ObjectValue, unknown, type Value } from "@platform/terraform";
import { policyDocument } from "./aws-policy-document";
import type { Templates, ValueContext } from "./facts";

/** One validation record a name on the certificate; only the names are known before the certificate exists. */
export const validationOptions =
  (existing: boolean) =>
  (context: ValueContext): Value => {
    const alternative = context.attribute("subject_alternative_names");
    const domain = context.attribute("domain_name");
    const names = [...new Set([domain, ...(Array.isArray(alternative) ? alternative : [])])];
    if (!names.every((name) => typeof name === "string")) return unknown;
    return names.map(
      (name): ObjectValue => ({
        domain_name: name,
        resource_record_name: existing ? `_${context.hex(32)}.${String(name).replace("*.", "")}.` : unknown,
        resource_record_type: existing ? "CNAME" : unknown,
        resource_record_value: existing ? `_${context.hex(32)}.acm-validations.aws.` : unknown,
      }),
    );
  };

const databasePort = ({ attribute }: ValueContext) => (String(attribute("engine")).includes("postgres") ? 5432 : 3306);

/** Nodes of a cache without shards; the provider reads a group's settings off them. */
const cacheNodes = ({ attribute }: ValueContext) => Math.max(1, Number(attribute("num_cache_clusters") ?? 1));

/** A group of several shards has one address for all; one without has two, of its writer and its readers. */
const sharded = ({ attribute }: ValueContext) =>
  attribute("cluster_mode") === "enabled" || Number(attribute("num_node_groups") ?? 1) > 1;

const cacheAddress =
  (kind: "master" | "replica" | "clustercfg") =>
  (context: ValueContext): Value => {
    // Null would be planned anew each time, as what the cloud has yet to fill in.
    if (sharded(context) !== (kind === "clustercfg")) return "";
    return `${kind}.${context.attribute("replication_group_id")}.${context.hex(6)}.${context.region}.cache.amazonaws.com`;
  };

/** Values that a text cannot say: they are beside those of aws.json. */
export const resourceFunctions: Readonly<Record<string, Templates>> = {
  aws_acm_certificate: { domain_validation_options: validationOptions(true) },
  aws_appautoscaling_policy: {
    alarm_arns: ({ partition, region, account, attribute, hex }) =>
      attribute("policy_type") === "TargetTrackingScaling"
        ? ["AlarmHigh", "AlarmLow"].map(
            (kind) =>
              `arn:${partition}:cloudwatch:${region}:${account}:alarm:TargetTracking-${attribute("resource_id")}-${kind}-${hex(32)}`,
          )
        : [],
  },
  aws_ecs_service: {
    // The cluster is given by its name or its ARN.
    arn: ({ partition, region, account, attribute }) =>
      `arn:${partition}:ecs:${region}:${account}:service/${String(attribute("cluster") ?? "default").replace(/^.*\//, "")}/${attribute("name")}`,
  },
  aws_elasticache_replication_group: {
    cluster_enabled: sharded,
    configuration_endpoint_address: cacheAddress("clustercfg"),
    engine_version_actual: ({ attribute }) => String(attribute("engine_version")).replace(/^\d+\.\d+$/, "$&.0"),
    global_replication_group_id: () => "",
    member_clusters: (context) =>
      Array.from(
        { length: cacheNodes(context) },
        (_, index) => `${context.attribute("replication_group_id")}-${String(index + 1).padStart(3, "0")}`,
      ),
    num_node_groups: () => 1,
    primary_endpoint_address: cacheAddress("master"),
    reader_endpoint_address: cacheAddress("replica"),
    replicas_per_node_group: (context) => cacheNodes(context) - 1,
  },
  // TEST-NET-3: an address that can never be anyone's.
  aws_eip: { public_ip: ({ hex }) => `203.0.113.${(Number.parseInt(hex(2), 16) % 254) + 1}` },
  aws_iam_openid_connect_provider: {
    arn: ({ partition, account, attribute }) =>
      `arn:${partition}:iam::${account}:oidc-provider/${String(attribute("url")).replace("https://", "")}`,
  },
  aws_lambda_function: { version: ({ attribute }) => (attribute("publish") === true ? "1" : "$LATEST") },
  aws_rds_cluster: { port: databasePort },
  aws_rds_cluster_instance: { port: databasePort },
  aws_ssm_parameter: {
    arn: ({ partition, region, account, attribute }) =>
      `arn:${partition}:ssm:${region}:${account}:parameter/${String(attribute("name")).replace(/^\//, "")}`,
  },
};

export const dataFunctions: Readonly<Record<string, Templates>> = {
  aws_iam_policy_document: { json: policyDocument(2), minified_json: policyDocument(0) },
};
