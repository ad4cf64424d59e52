import { isObject, type Value } from "@platform/terraform";
import table from "./aws.json";
import { attributesSource, column, replacementOf, replacementSource } from "./aws-attributes";
import { checkConflicts, conflictsSource, conflictTexts } from "./aws-conflicts";
import { checkDeprecated, deprecatedSource, deprecatedTexts } from "./aws-deprecated";
import { equivalent } from "./aws-equivalence";
import { dataFunctions, resourceFunctions, validationOptions } from "./aws-functions";
import { providerFunctions } from "./aws-provider-functions";
import { checkRanges, rangesSource, rangeTexts } from "./aws-ranges";
import { checkValues, valuesSource, valueTexts } from "./aws-values";
import arns from "./data/aws-arns.json";
import defaults from "./data/aws-defaults.json";
import type { Facts, Templates, ValueContext } from "./facts";

/** What aws.json says of a resource type, for hashicorp/aws 6. Lists are names separated by spaces. */
interface ResourceType {
  /** Attributes and blocks whose change makes AWS build the resource anew; empty when none is known to. */
  readonly replacedBy?: string;
  /** Attributes that the provider changes in place, whatever another source says of them. */
  readonly inPlace?: string;
  /** What the provider's schema takes for what the program leaves out, where the documentation does not say so. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Optional attributes that AWS fills in when the program does not. */
  readonly computed?: string;
  /** Attributes that plans and outputs hide. */
  readonly sensitive?: string;
  /** How its computed attributes look in AWS; others follow the names of the attributes ({@link fallback}). */
  readonly values?: Templates;
}
const listed: Readonly<Record<string, ResourceType>> = table.resources;
/** Load balancers have two names in the provider: aws_alb_listener is aws_lb_listener. */
const resources: Readonly<Record<string, ResourceType>> = {
  ...listed,
  ...Object.fromEntries(
    Object.entries(listed).flatMap(([type, facts]) =>
      /^aws_lb(_listener(_certificate|_rule)?|_target_group(_attachment)?)?$/.test(type)
        ? [[type.replace("aws_lb", "aws_alb"), facts]]
        : [],
    ),
  ),
};
/** Types that are not listed follow the templates of the resource of their name. */
const data: Readonly<Record<string, Templates>> = table.data;

/** Attributes whose change replaces a resource, by type. */
export const replace: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(resources).flatMap(([type, { replacedBy }]) => (replacedBy === undefined ? [] : [[type, replacedBy]])),
);

const inPlace = (type: string, attribute: string) => resources[type]?.inPlace?.split(" ").includes(attribute) === true;

/** What is taken for arguments that are left out: read from the documentation, and from the provider's schema over it. */
const takenFor: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  ...defaults.types,
  ...Object.fromEntries(
    Object.entries(resources).flatMap(([type, { defaults: own }]) =>
      own === undefined ? [] : [[type, { ...documented(type), ...own }]],
    ),
  ),
};

function documented(type: string): Readonly<Record<string, Value>> {
  const types: Readonly<Record<string, Readonly<Record<string, Value>>>> = defaults.types;
  return types[type] ?? {};
}

/** The names that aws.json and the generated table have of a type, together. */
function both(name: "computed" | "sensitive"): Record<string, string> {
  const own = Object.entries(resources).flatMap(([type, { [name]: names }]) => (names ? [[type, names] as const] : []));
  const generated = column(name);
  return {
    ...generated,
    ...Object.fromEntries(own.map(([type, names]) => [type, `${names} ${generated[type] ?? ""}`.trim()])),
  };
}

/** Adds templates to others, type by type; those of `over` take the place of those of `base`. */
function joined(
  base: Readonly<Record<string, Templates>>,
  over: Readonly<Record<string, Templates>>,
): Record<string, Templates> {
  const types = Object.keys({ ...base, ...over });
  return Object.fromEntries(types.map((type) => [type, { ...base[type], ...over[type] }]));
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
  computed: both("computed"),
  computedBlocks: column("blocks"),
  computedInside: column("inner"),
  computedEverywhere: ["id", "region", "tags_all"],
  sensitive: both("sensitive"),
  defaults: takenFor,
  replacement: (type, attribute) =>
    inPlace(type, attribute) ? "in place" : replacementOf(type, attribute, replace[type]?.split(" ")),
  check: (type, config, block) => [
    ...checkValues(type, config),
    ...checkConflicts(type, config, block),
    ...checkRanges(type, config),
    ...checkDeprecated(type, config),
  ],
  equivalent,
  rules: {
    values: (type) => ({ ...rangeTexts(type), ...valueTexts(type) }),
    between: conflictTexts,
    deprecated: deprecatedTexts,
    sources: [
      "replaced: the types of facts/aws.json from the provider's source and documentation; other types see perhaps",
      attributesSource,
      `replaced: ${replacementSource}`,
      `values: ${valuesSource}`,
      `ranges: ${rangesSource}`,
      `arguments together: ${conflictsSource}`,
      `deprecated: ${deprecatedSource}`,
      `taken when left out: ${defaults.source}`,
      `forms of ARNs: ${arns.source}`,
    ],
  },
  resources: joined(
    joined(
      Object.fromEntries(Object.entries(arns.types).map(([type, arn]) => [type, { arn }])),
      Object.fromEntries(Object.entries(resources).map(([type, { values = {} }]) => [type, values])),
    ),
    resourceFunctions,
  ),
  data: joined(data, dataFunctions),
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
