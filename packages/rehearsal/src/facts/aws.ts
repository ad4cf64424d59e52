import { allows, isObject, type ObjectValue, type Value } from "@platform/terraform";
import type { Block } from "../schema/block";
import table from "./aws.json";
import { equivalent } from "./aws-equivalence";
import { dataFunctions, resourceFunctions, validationOptions } from "./aws-functions";
import { providerFunctions } from "./aws-provider-functions";
import { apiRules, checkValues } from "./aws-values";
import { checkProvider } from "./check-provider";
import { togetherTexts } from "./check-together";
import arns from "./data/aws-arns.json";
import { type Facts, type Finding, plainSchema, type SchemaFacts, type Templates, type ValueContext } from "./facts";
import { canonicalType, providerTable, providerType, words } from "./provider-table";
import { replacementOf } from "./replacement";
import { type Rule, ruleText } from "./value-rules";

/** How computed attributes look in AWS, by type; others follow the names of the attributes ({@link fallback}). */
const values: Readonly<Record<string, Templates>> = table.resources;
/** Types that are not listed follow the templates of the resource of their name. */
const data: Readonly<Record<string, Templates>> = table.data;

const arnForms: Readonly<Record<string, string>> = arns.types;

/** What the provider's own schema says of a type; of one that is newer, nothing. */
function schemaOf(type: string): SchemaFacts {
  const entry = providerType(type);
  if (entry === undefined) return plainSchema();
  return {
    computed: new Set(words(entry.computed)),
    sensitive: new Set(words(entry.sensitive)),
    whole: true,
    defaults: entry.defaults ?? {},
    blocks: entry.framework ? {} : (entry.items ?? {}),
  };
}

/** What the provider refuses, and then what AWS would where the provider does not look. */
function check(type: string, config: ObjectValue, block: Block, version?: string): Finding[] {
  const entry = providerType(type);
  const newer = version !== undefined && allows(`<= ${providerTable.version()}`, version) === false;
  const own = entry === undefined ? [] : checkProvider(entry, config, block, newer);
  return [...own, ...checkValues(canonicalType(type), config, (path) => entry?.values?.[path] !== undefined)];
}

/** Path -> what is asked of what stands there: values, keys of a map, how many. */
function valueTexts(type: string): Record<string, string> {
  const { values: own = {}, keys = {}, items = {} } = providerType(type) ?? {};
  const rules: Readonly<Record<string, readonly Rule[]>> = { ...apiRules.of(canonicalType(type)), ...own };
  const texts = (each: readonly Rule[] | undefined) => (each ?? []).map(ruleText).filter(Boolean);
  const counted = ([least, most]: readonly [number, number] = [0, 0]) =>
    [least > 0 ? [`at least ${least}`] : [], most > 0 ? [`at most ${most}`] : []].flat();
  return Object.fromEntries(
    Object.keys({ ...rules, ...keys, ...items }).flatMap((path) => {
      const said = [
        ...counted(items[path]),
        ...texts(rules[path]),
        ...texts(keys[path]).map((text) => `keys: ${text}`),
      ];
      return said.length === 0 ? [] : [[path, said.join("; ")]];
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

/** Programs parse what the cloud holds, and hand it on to what must be JSON. */
const emptyPolicy = '{"Version":"2012-10-17","Statement":[]}';

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
  // Programs decode it for the providers that work in the cluster.
  if (type === "aws_eks_cluster" && attribute === "data")
    return Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64");
  if (last === "policy" || last === "json" || attribute === "policy_document") return emptyPolicy;
  if (last === "port") return "443";
  if (last === "date" || last === "time" || last === "at" || attribute === "last_modified")
    return "2026-01-01T00:00:00Z";
  if (last === "version" || last === "revision") return "1";
  if (last === "status" || last === "state") return "available";
  if (attribute.includes("cidr")) return "10.0.0.0/16";
  if (last === "ip" || last === "ips" || last === "address") return `10.0.0.${(Number.parseInt(hex(2), 16) % 250) + 4}`;
  return `${attribute.replaceAll("_", "-")}-${hex(8)}`;
}

/** The offline AWS: hashicorp/aws 6 as far as a plan, an apply and a second, empty plan need it. */
export const aws: Facts = {
  schema: schemaOf,
  computedEverywhere: ["id", "region", "tags_all"],
  replacement: (type, path) => replacementOf(providerType(type), path),
  check,
  equivalent,
  rules: {
    values: valueTexts,
    between: (type) => togetherTexts(providerType(type) ?? {}),
    deprecated: (type) =>
      Object.entries(providerType(type)?.deprecated ?? {}).map(([path, said]) => `${path}: ${said}`),
    sources: (type) => [
      providerType(type) === undefined
        ? `the provider's source (${providerTable.version()}) does not have the type: what replaces it is not known`
        : providerTable.source(),
      `values of which the provider has no rule: ${apiRules.source()}`,
      `forms of ARNs: ${arns.source}`,
    ],
  },
  resources: (type) => {
    const arn = arnForms[type];
    return { ...(arn && { arn }), ...values[canonicalType(type)], ...resourceFunctions[type] };
  },
  data: (type) => ({ ...data[type], ...dataFunctions[type] }),
  planned: {
    "*": { region: "{region}" },
    aws_acm_certificate: { domain_validation_options: validationOptions(false) },
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
  functions: providerFunctions,
  fallback,
};

/** The tags of a resource with the provider's `default_tags` below them. */
export function allTags(tags: Value, defaults: Value): Value {
  if (tags !== null && !isObject(tags)) return tags;
  return { ...(isObject(defaults) ? defaults : {}), ...(tags ?? {}) };
}
