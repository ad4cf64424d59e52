import { isObject, type ObjectValue, unknown, type Value } from "@platform/terraform";
import { computed, sensitive } from "./aws-computed";
import { awsData } from "./aws-data";
import { replace } from "./aws-replace";
import { awsValues } from "./aws-values";
import type { Facts, ValueContext } from "./facts";

const list = (value: Value): Value[] => (Array.isArray(value) ? value : []);

/** One validation record a name on the certificate; only the names are known before the certificate exists. */
function validationOptions(context: ValueContext, existing: boolean): Value {
  const domain = context.attribute("domain_name");
  const names = [...new Set([domain, ...list(context.attribute("subject_alternative_names"))])];
  if (!names.every((name) => typeof name === "string")) return unknown;
  return names.map(
    (name): ObjectValue => ({
      domain_name: name,
      resource_record_name: existing ? `_${context.hex(32)}.${String(name).replace("*.", "")}.` : unknown,
      resource_record_type: existing ? "CNAME" : unknown,
      resource_record_value: existing ? `_${context.hex(32)}.acm-validations.aws.` : unknown,
    }),
  );
}

/** The name a resource was given: its ARN, endpoint and, where AWS has no other, its id are made of it. */
function givenName(type: string, context: ValueContext): string | undefined {
  const kind = type.slice(type.lastIndexOf("_") + 1);
  for (const name of ["name", `${kind}_name`, "identifier", `${kind}_identifier`, `${kind}_id`]) {
    const value = context.attribute(name);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

/** What an attribute of this name holds in AWS's other types. */
function fallback(type: string, attribute: string, context: ValueContext): string {
  const { account, region, partition, hex } = context;
  const [, service = "aws", ...kind] = type.split("_");
  const name = givenName(type, context) ?? hex(12);
  const last = attribute.slice(attribute.lastIndexOf("_") + 1);
  if (attribute === "id") return givenName(type, context) ?? `${kind.join("-") || service}-0${hex(16)}`;
  if (attribute === "arn") return `arn:${partition}:${service}:${region}:${account}:${kind.join("-")}/${name}`;
  if (last === "arn" || last === "arns") {
    return `arn:${partition}:${service}:${region}:${account}:${attribute.replaceAll("_", "-").replace(/-arns?$/, "")}/${hex(12)}`;
  }
  if (["owner_id", "account_id", "registry_id", "owner", "caller"].includes(attribute)) return account;
  if (attribute === "region") return region;
  if (attribute === "name" || attribute.endsWith("_identifier")) return `terraform-${hex(24)}`;
  if (attribute === "availability_zone") return `${region}a`;
  if (last === "id" || last === "ids") return `${attribute.replace(/_ids?$/, "").replaceAll("_", "-")}-0${hex(16)}`;
  if (last === "url" || last === "uri") return `https://${name}.${service}.${region}.amazonaws.com`;
  if (last === "endpoint" || attribute.includes("dns_name") || attribute.endsWith("domain_name")) {
    return `${name}-${hex(10)}.${service}.${region}.amazonaws.com`;
  }
  if (last === "port") return "443";
  if (last === "date" || last === "time" || last === "at" || attribute === "last_modified")
    return "2026-01-01T00:00:00Z";
  if (last === "version" || last === "revision") return "1";
  if (last === "status" || last === "state") return "available";
  if (attribute.includes("cidr")) return "10.0.0.0/16";
  if (last === "ip" || last === "ips" || last === "address") return `10.0.0.${(Number.parseInt(hex(2), 16) % 250) + 4}`;
  return `${attribute.replaceAll("_", "-")}-${hex(8)}`;
}

/** Attributes that force replacement in nearly every type that has them; the rule for types without an entry in facts/aws-replace.ts. */
const identity =
  /^(name|name_prefix|identifier|identifier_prefix|engine|availability_zone|vpc_id|subnet_id|subnet_group_name|cidr_block)$/;

function replacedBy(type: string, attributes: readonly string[]): readonly string[] {
  const listed = replace[type];
  if (listed !== undefined) return ["region", ...listed.split(" ")];
  const own = type.slice(type.lastIndexOf("_") + 1);
  const named = [`${own}_name`, `${own}_identifier`, `${own}_id`];
  return ["region", ...attributes.filter((attribute) => identity.test(attribute) || named.includes(attribute))];
}

/** The offline AWS: hashicorp/aws 6 as far as a plan, an apply and a second, empty plan need it. */
export const aws: Facts = {
  computed,
  computedEverywhere: ["id", "region", "tags_all"],
  sensitive,
  replacedBy,
  resources: {
    ...awsValues,
    aws_acm_certificate: {
      ...awsValues.aws_acm_certificate,
      domain_validation_options: (context) => validationOptions(context, true),
    },
  },
  data: awsData,
  planned: {
    "*": { region: "{region}" },
    aws_acm_certificate: { domain_validation_options: (context) => validationOptions(context, false) },
  },
  refreshed: {
    aws_lambda_function: {
      on: "filename s3_bucket s3_key s3_object_version source_code_hash image_uri",
      attributes: "version qualified_arn qualified_invoke_arn last_modified source_code_size code_sha256",
    },
    aws_launch_template: {
      on: "image_id instance_type user_data block_device_mappings network_interfaces metadata_options",
      attributes: "latest_version",
    },
    aws_ssm_parameter: { on: "value insecure_value", attributes: "version" },
  },
  fallback,
};

/** The tags of a resource with the provider's `default_tags` below them. */
export function allTags(tags: Value, defaults: Value): Value {
  if (tags !== null && !isObject(tags)) return tags;
  return { ...(isObject(defaults) ? defaults : {}), ...(tags ?? {}) };
}
