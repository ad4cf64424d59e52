/**
 * Checks of the provider that have a name in the table, and the Go functions they stand for, by package and name. Empty
 * texts pass those of the provider that say so: ValidARN and ValidServicePrincipal.
 */
const functions: Readonly<Record<string, readonly string[]>> = {
  account: ["verify.ValidAccountID", "validators.AWSAccountID"],
  /** An ARN or an empty text. */
  arn: ["verify.ValidARN", "verify.ValidARNCheck"],
  asn4: ["verify.Valid4ByteASN"],
  amazonAsn: ["verify.ValidAmazonSideASN"],
  base64: ["verify.ValidBase64String", "validation.StringIsBase64"],
  /** Address and mask, with bits behind the mask or without. */
  cidr: ["validation.IsCIDR"],
  dayOfTheWeek: ["validation.IsDayOfTheWeek"],
  /** `1h30m`, as Go's time.ParseDuration reads it, not negative. */
  duration: ["verify.ValidDuration", "types.DurationType", "timetypes.GoDurationType"],
  https: ["validation.IsURLWithHTTPS"],
  ip: ["validation.IsIPAddress"],
  ip4: ["validation.IsIPv4Address", "validators.IPv4Address"],
  ip6: ["validation.IsIPv6Address", "validators.IPv6Address"],
  ip4Range: ["validation.IsIPv4Range"],
  /** Those of ECS and Batch ask for more than that it is JSON. */
  json: [
    "validation.StringIsJSON",
    "validators.JSON",
    "jsontypes.NormalizedType",
    "jsontypes.ExactType",
    "types.IAMPolicyType",
    "ecs.validTaskDefinitionContainerDefinitions",
    "batch.validJobContainerProperties",
    "batch.validJobECSProperties",
    "batch.validJobNodeProperties",
    "dms.validateReplicationSettings",
  ],
  jsonOrYaml: ["verify.ValidStringIsJSONOrYAML"],
  launchTemplateName: ["verify.ValidLaunchTemplateName"],
  mac: ["validation.IsMACAddress"],
  month: ["validation.IsMonth"],
  multicast: ["verify.ValidMulticastIPAddress"],
  /** Address and mask without bits behind the mask. */
  network: ["verify.ValidCIDRNetworkAddress", "types.CIDRBlockType", "validation.IsCIDRNetwork"],
  network4: ["verify.ValidIPv4CIDRNetworkAddress", "validators.IPv4CIDRNetworkAddress"],
  network6: ["verify.ValidIPv6CIDRNetworkAddress", "validators.IPv6CIDRNetworkAddress"],
  notBlank: ["validation.StringIsNotWhiteSpace"],
  /** Neither 0 nor an empty text. */
  notZero: ["validation.NoZeroValues"],
  /** `04:00-05:00` */
  onceADay: ["verify.ValidOnceADayWindowFormat"],
  /** `mon:04:00-mon:05:00` */
  onceAWeek: ["verify.ValidOnceAWeekWindowFormat", "types.OnceAWeekWindowType"],
  /** A JSON object that is a policy. */
  policy: ["verify.ValidIAMPolicyJSON"],
  regexp: ["validation.StringIsValidRegExp", "types.RegexpType"],
  region: ["verify.ValidRegionName", "validators.AWSRegion"],
  rfc3339: ["validation.IsRFC3339Time", "timetypes.RFC3339Type"],
  servicePrincipal: ["verify.ValidServicePrincipal"],
  /** `2006-01-02T15:04:05Z` */
  utc: ["verify.ValidUTCTimestamp"],
  url: ["validation.IsURLWithHTTPorHTTPS"],
  uuid: ["validation.IsUUID"],
};

const names = new Map(
  Object.entries(functions).flatMap(([name, all]) => all.map((one): [string, string] => [one, name])),
);

/** @param name of a Go function with its package: `verify.ValidARN` */
export const checkOf = (name: string): string | undefined => names.get(name);
