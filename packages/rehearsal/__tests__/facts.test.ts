import { Unknown } from "@platform/terraform";
import { readSentences } from "../scripts/sentences";
import { aws } from "../src/facts/aws";
import { attributes } from "../src/facts/aws-attributes";
import { checkConflicts } from "../src/facts/aws-conflicts";
import { checkRanges } from "../src/facts/aws-ranges";
import { checkValues } from "../src/facts/aws-values";
import rules from "../src/facts/data/aws-value-rules.json";

describe("whether a change replaces a resource", () => {
  it.each([
    ["aws_vpc", "cidr_block", "replaces"],
    ["aws_sqs_queue", "tags", "in place"],
    // CloudFormation calls it replaced, and the table of types in use does not.
    ["aws_elasticache_replication_group", "engine", "not known"],
    // CloudFormation calls it replaced, and the provider changes it in place.
    ["aws_elasticache_replication_group", "replicas_per_node_group", "in place"],
    ["aws_elasticache_replication_group", "kms_key_id", "replaces"],
    ["aws_ecs_task_definition", "runtime_platform", "replaces"],
    ["aws_ecs_service", "task_definition", "in place"],
    // No source says anything of the type.
    ["aws_teapot", "colour", "not known"],
    ["aws_alb", "name", "replaces"],
  ])("%s.%s: %s", (type, attribute, state) => {
    expect(aws.replacement(type, attribute)).toBe(state);
  });

  it("is never called replaced on one source's word that only some changes do so", () => {
    const doubtful = Object.entries(attributes).flatMap(([type, { doubtful: names }]) =>
      (names?.split(" ") ?? []).map((name) => [type, name] as const),
    );
    const listed = ([type, name]: readonly [string, string]) => aws.replacement(type, name) === "replaces";
    // Three that the hand-checked tables list.
    expect(doubtful.filter(listed).length).toBeLessThanOrEqual(3);
  });
});

it("the tables have what the cloud fills in and hides of every type that the source has", () => {
  expect(Object.keys(aws.computed).length).toBeGreaterThan(550);
  expect(aws.computed.aws_efs_file_system?.split(" ")).toContain("performance_mode");
  expect(aws.sensitive.aws_docdb_cluster?.split(" ")).toContain("master_password");
});

describe("a value that AWS would refuse", () => {
  const details = (type: string, config: Parameters<typeof checkValues>[1]) =>
    [...checkValues(type, config), ...checkRanges(type, config)].map(({ path, warning, detail }) => [
      path.join("."),
      warning === true,
      detail,
    ]);

  it("is none where all is well, or not known yet", () => {
    expect(details("aws_sqs_queue", { name: "orders", policy: '{"Statement":[]}' })).toEqual([]);
    // A policy that protects data has operations where others have effects.
    expect(details("aws_sns_topic_data_protection_policy", { policy: '{"Statement":[{"Operation":{}}]}' })).toEqual([]);
    expect(details("aws_security_group", { ingress: [{ cidr_blocks: ["10.0.0.0/8", "::/0"] }] })).toEqual([]);
  });

  it.each([
    ["aws_accessanalyzer_analyzer", { type: "PLANET" }, "type", true, /to be one of .*"ACCOUNT".* got PLANET$/],
    ["aws_accessanalyzer_analyzer", { analyzer_name: "a".repeat(256) }, "analyzer_name", false, /range \(1 - 255\)/],
    ["aws_accessanalyzer_analyzer", { analyzer_name: "1st" }, "analyzer_name", false, /must match .*: 1st$/],
    // ValidateFunc: validation.IntBetween(0, 900) of internal/service/sqs/queue.go
    [
      "aws_sqs_queue",
      { delay_seconds: 901 },
      "delay_seconds",
      true,
      /^expected delay_seconds to be in the range \(0 - 900\), got 901$/,
    ],
    [
      "aws_sns_topic_subscription",
      { topic_arn: "orders" },
      "topic_arn",
      true,
      /"topic_arn" \(orders\) is an invalid ARN/,
    ],
    ["aws_vpc", { cidr_block: "10.0.0.0/33" }, "cidr_block", false, /^"10.0.0.0\/33" is not a valid CIDR block$/],
    ["aws_security_group", { ingress: [{ cidr_blocks: ["10.0.0.300/8"] }] }, "ingress.0.cidr_blocks", false, /CIDR/],
    ["aws_sqs_queue_policy", { policy: "{" }, "policy", false, /^"policy" contains an invalid JSON/],
    ["aws_iam_policy", { policy: '{"Statement":{"Effect":"Permit"}}' }, "policy", false, /Allow or Deny, got Permit/],
    [
      "aws_iam_policy",
      { policy: '{"Statement":[{"Effect":"Allow","Sid":"a"},{"Effect":"Deny","Sid":"a"}]}' },
      "policy",
      false,
      /different Sids, got a twice/,
    ],
  ])("of %s %j is told at %s", (type, config, path, warning, detail) => {
    expect(details(type, config)).toEqual([[path, warning, expect.stringMatching(detail)]]);
  });
});

it("arguments that are not known yet exclude nothing, and are there where one is needed", () => {
  const block = { attributes: {}, blocks: {}, open: [] };
  const details = (config: Parameters<typeof checkConflicts>[1]) =>
    checkConflicts("aws_lambda_function", config, block).map(({ detail }) => detail);
  expect(details({ filename: "f.zip", image_uri: new Unknown() })).toEqual([]);
  expect(details({ image_uri: new Unknown() })).toEqual([]);
  expect(details({ filename: "f.zip", image_uri: "i" })).toEqual(['"filename": conflicts with image_uri']);
});

it("an argument that the documentation alone asks for is a warning: the provider may not look", () => {
  const block = { attributes: {}, blocks: {}, open: [] };
  expect(checkConflicts("aws_elasticache_replication_group", { auth_token: "some" }, block)).toEqual([
    {
      path: ["auth_token"],
      detail: '"auth_token": all of `auth_token,auth_token_update_strategy` must be specified',
      warning: true,
    },
  ]);
});

it("AWS's API takes the ARN that a type is given, wherever a type of the same service asks for one of its kind", () => {
  // Two sources that know nothing of each other: the reference's forms, and the patterns of AWS's API models.
  const { resources } = aws;
  const asked = Object.entries(rules.types).flatMap(([type, attributes]) =>
    Object.keys(attributes).flatMap((name) => {
      const noun = /^(.*)_arn$/.exec(name)?.[1];
      const makers = Object.keys(resources).filter(
        (maker) => noun !== undefined && maker.endsWith(`_${noun}`) && maker.split("_")[1] === type.split("_")[1],
      );
      return makers.flatMap((maker) => {
        const template = resources[maker]?.arn;
        return typeof template === "string" ? [{ type, name, arn: filled(template) }] : [];
      });
    }),
  );
  expect(asked.length).toBeGreaterThan(15);
  const refused = asked.filter(({ type, name, arn }) => checkValues(type, { [name]: arn }).length > 0);
  expect(refused).toEqual([]);
});

/** A template of an ARN with plausible values for what it names. */
const filled = (template: string) =>
  template.replaceAll(/\{(\w+)(?::(\d+))?\}/g, (_whole, name: string, length = "8") => {
    const values: Record<string, string> = {
      account: "123456789012",
      region: "eu-west-1",
      partition: "aws",
      version: "1.0.0",
      uuid: "01234567-89ab-4cde-8fab-0123456789ab",
      hex: "0123456789abcdef0".slice(0, Number(length)),
    };
    return values[name] ?? "some-name";
  });

describe("the generator of rules between arguments", () => {
  it.each([
    ["The name. Conflicts with `namePrefix`.", "conflicts", ["namePrefix"]],
    [
      "Conflicts with `filename`, `imageUri` and `s3Key`. Forces new resource.",
      "conflicts",
      ["filename", "imageUri", "s3Key"],
    ],
    ["Can't be used with `snapshotId`.", "conflicts", ["snapshotId"]],
    ["Cannot be set if `password` or `passwordWo` is provided.", "conflicts", ["password", "passwordWo"]],
    ["Required with `workerType`.", "neededBy", ["workerType"]],
    ["Required if `s3Bucket` is set.", "expectedBy", ["s3Bucket"]],
    ["Exactly one of `a`, `b` or `c` is required.", "exactlyOne", ["a", "b", "c"]],
    ["You must provide `a` or `b`, but not both.", "exactlyOne", ["a", "b"]],
    ["One of `a`, `b`, or `c` must be specified.", "atLeastOne", ["a", "b", "c"]],
  ])("reads: %s", (text, rule, names) => {
    expect(readSentences(text)).toEqual([{ rule, names }]);
  });

  it.each([
    "Conflicts with any other routing policy.",
    "Required if `type` is `redirect`.",
    "Can be one of `full-load`, or `cdc`.",
    "One of `masterPassword` or `manageMasterPassword` is required unless `snapshotIdentifier` is provided.",
    "Cannot be set if `manageMasterUserPassword` is set to `true`.",
  ])("leaves out what is said of some values, or in another form: %s", (text) => {
    expect(readSentences(text)).toEqual([]);
  });
});
