import { ipVersion, parseCidr } from "./ip-address";

/** What is wrong with a text, in the provider's words; nothing when it is right. @param name of the attribute */
export type NamedCheck = (name: string, text: string) => string | undefined;

/**
 * Checks of texts that the provider has functions of its own for: github.com/hashicorp/terraform-provider-aws, internal/verify and
 * internal/types; and validation.StringIs… and Is… of its SDK.
 */
export const namedChecks = {
  arn,
  cidr: (name, text) =>
    parseCidr(text)
      ? undefined
      : `expected ${quoted(name)} to be a valid CIDR Value, got ${text}: invalid CIDR address: ${text}`,
  cidr4: (_name, text) =>
    parseCidr(text)?.version === 4 ? undefined : `${quoted(text)} is not a valid IPv4 CIDR block`,
  cidr6: (_name, text) =>
    parseCidr(text)?.version === 6 ? undefined : `${quoted(text)} is not a valid IPv6 CIDR block`,
  network: (_name, text) => network(text, "CIDR"),
  network4: (_name, text) => network(text, "IPv4 CIDR", 4),
  network6: (_name, text) => network(text, "IPv6 CIDR", 6),
  ip: (name, text) => (ipVersion(text) ? undefined : `expected ${name} to contain a valid IP, got: ${text}`),
  ip4: (name, text) =>
    ipVersion(text) === 4 ? undefined : `expected ${name} to contain a valid IPv4 address, got: ${text}`,
  ip6: (name, text) => (ipVersion(text) ? undefined : `expected ${name} to contain a valid IPv6 address, got: ${text}`),
  json: (name, text) => {
    const wrong = jsonFault(text);
    return text === "" || wrong === undefined ? undefined : `${quoted(name)} contains an invalid JSON: ${wrong}`;
  },
  policy,
  jsonOrYaml: (name, text) => {
    const wrong = /^\s*\{/.test(text) ? jsonFault(text) : undefined;
    return wrong === undefined ? undefined : `${quoted(name)} contains an invalid JSON: ${wrong}`;
  },
  rfc3339: (name, text) =>
    isRfc3339(text) ? undefined : `expected ${quoted(name)} to be a valid RFC3339 date, got ${quoted(text)}`,
  utc: (_name, text) =>
    isRfc3339(text) ? undefined : `must be in RFC3339 time format "2006-01-02T15:04:05Z07:00": ${text}`,
  onceADay: (_name, text) =>
    onceADay.test(text) ? undefined : `(${text}) must satisfy the format of "hh24:mi-hh24:mi"`,
  onceAWeek: (_name, text) =>
    onceAWeek.test(text) ? undefined : `(${text}) must satisfy the format of "ddd:hh24:mi-ddd:hh24:mi"`,
  account: (name, text) =>
    /^\d{12}$/.test(text)
      ? undefined
      : `${quoted(name)} doesn't look like AWS Account ID (exactly 12 digits): ${quoted(text)}`,
  region: (name, text) =>
    region.test(text) ? undefined : `${quoted(name)} doesn't look like AWS Region: ${quoted(text)}`,
  duration: (name, text) =>
    /^[+-]?(0|(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)
      ? undefined
      : `${quoted(name)} cannot be parsed as a duration: time: invalid duration ${quoted(text)}`,
  base64: (name, text) =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ""))
      ? undefined
      : `${quoted(name)} (${quoted(text)}) must be base64-encoded`,
  url: (name, text) => address(name, text, ["http", "https"]),
  https: (name, text) => address(name, text, ["https"]),
  uuid: (name, text) =>
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
      ? undefined
      : `expected ${quoted(name)} to be a valid UUID, got ${text}`,
  notBlank: (name, text) =>
    text.trim() === "" ? `expected ${quoted(name)} to not be an empty string or whitespace` : undefined,
  launchTemplateName: (name, text) => {
    const most = name.endsWith("prefix") ? 99 : 125;
    if (text.length < 3) return `${quoted(name)} cannot be less than 3 characters`;
    if (text.length > most) return `${quoted(name)} cannot be longer than ${most} characters`;
    return /^[0-9A-Za-z()./_-]+$/.test(text)
      ? undefined
      : `${quoted(name)} can only alphanumeric characters and ()./_- symbols`;
  },
  multicast: (_name, text) => {
    if (ipVersion(text) === undefined) return `${quoted(text)} is not a valid IP address`;
    return /^(22[4-9]|23\d)\.|^ff/i.test(text) ? undefined : `${quoted(text)} is not a valid multicast address`;
  },
  asn4: (name, text) =>
    /^[+-]?\d+$/.test(text) && Number(text) >= 0 && Number(text) <= 4_294_967_295
      ? undefined
      : `${quoted(name)} (${quoted(text)}) must be in the range 0 to 4294967295`,
  amazonAsn: (name, text) =>
    isAmazonAsn(text)
      ? undefined
      : `${quoted(name)} (${quoted(text)}) must be 7224, 9059, 10124 or 17493 or in the range 64512 to 65534 or 4200000000 to 4294967294`,
  servicePrincipal: (name, text) =>
    text === "" || servicePrincipal.test(text)
      ? undefined
      : `${quoted(name)} (${text}) is an invalid Service Principal: invalid prefix value (expecting to match regular expression: ${servicePrincipal.source})`,
  mac: (name, text) =>
    /^([0-9a-f]{2}([:-]))([0-9a-f]{2}\2){4}([0-9a-f]{2}\2){0,2}[0-9a-f]{2}$|^([0-9a-f]{4}\.){2,3}[0-9a-f]{4}$/i.test(
      text,
    )
      ? undefined
      : `expected ${quoted(name)} to be a valid MAC address, got ${text}`,
} satisfies Readonly<Record<string, NamedCheck>>;

/** Whether there is a check of that name. */
export const isNamed = (name: string): name is keyof typeof namedChecks => Object.hasOwn(namedChecks, name);

const quoted = (text: string) => JSON.stringify(text);
const region = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/;
const servicePrincipal = /^([0-9a-z-]+\.){1,4}(amazonaws|amazon)\.com$/;
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const isRfc3339 = (text: string) => rfc3339.test(text) && !Number.isNaN(Date.parse(text));
const onceADay = /^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$/;
const onceAWeek =
  /^((sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d-(sun|mon|tue|wed|thu|fri|sat):([01]\d|2[0-3]):[0-5]\d)?$/i;
const partition = /^aws(-[a-z]+)*$/;
const account = /^(aws|aws-managed|third-party|aws-marketplace|\d{12}|cw.{10})$/;

/** verify.ValidARN: an empty text is right. */
function arn(name: string, text: string): string | undefined {
  if (text === "") return undefined;
  const invalid = (why: string) => `${quoted(name)} (${text}) is an invalid ARN: ${why}`;
  const [prefix, part = "", , where = "", who = "", ...resource] = text.split(":");
  if (prefix !== "arn") return invalid("arn: invalid prefix");
  if (resource.length === 0) return invalid("arn: not enough sections");
  if (part === "") return invalid("missing partition value");
  const form = (expression: RegExp) => `(expecting to match regular expression: ${expression.source})`;
  if (!partition.test(part)) return invalid(`invalid partition value ${form(partition)}`);
  if (where !== "" && !region.test(where)) return invalid("invalid region value");
  if (who !== "" && !account.test(who)) return invalid(`invalid account ID value ${form(account)}`);
  return resource.join(":") === "" ? invalid("missing resource value") : undefined;
}

/** verify.ValidateIPv4CIDRBlock and its like: nothing may be set beyond the network's bits. */
function network(text: string, kind: string, version?: 4 | 6): string | undefined {
  const found = parseCidr(text);
  if (found === undefined) return `${quoted(text)} is not a valid CIDR block: invalid CIDR address: ${text}`;
  if (version !== undefined && found.version !== version) return `${quoted(text)} is not a valid ${kind} block`;
  return found.isNetwork
    ? undefined
    : `${quoted(text)} is not a valid ${kind} block; did you mean that of its network?`;
}

/** verify.ValidIAMPolicyJSON. */
function policy(name: string, text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return `${quoted(name)} is an empty string, which is not a valid JSON value`;
  const invalid = (why: string) => `${quoted(name)} contains an invalid JSON policy: ${why}`;
  if (trimmed.startsWith('"')) return invalid("contains a JSON-encoded string, not a JSON-encoded object");
  if (trimmed.startsWith("[")) return invalid("contains a JSON array, not a JSON object");
  if (!trimmed.startsWith("{")) return invalid("not a JSON object");
  const wrong = jsonFault(trimmed);
  return wrong === undefined ? undefined : invalid(wrong);
}

function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function address(name: string, text: string, schemes: readonly string[]): string | undefined {
  const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i.exec(text) ?? [];
  if (text === "") return `expected ${quoted(name)} url to not be empty, got ${text}`;
  if (host === "") return `expected ${quoted(name)} to have a host, got ${text}`;
  if (schemes.includes(scheme.toLowerCase())) return undefined;
  return `expected ${quoted(name)} to have a url with schema of: ${quoted(schemes.join(","))}, got ${text}`;
}

function isAmazonAsn(text: string): boolean {
  const number = Number(text);
  if (!/^\d+$/.test(text)) return false;
  if ([7224, 9059, 10_124, 17_493].includes(number)) return true;
  return (number >= 64_512 && number <= 65_534) || (number >= 4_200_000_000 && number <= 4_294_967_294);
}
