import type { ObjectValue } from "@platform/terraform";
import { aws } from "../src/facts/aws";
import { checkValues } from "../src/facts/aws-values";
import arns from "../src/facts/data/aws-arns.json";
import rules from "../src/facts/data/aws-value-rules.json";
import { installedBindings, readBinding } from "../src/schema/packages";

const [bindings] = installedBindings().filter(({ name }) => name === "aws");
if (bindings === undefined) throw new Error("@cdktf/provider-aws is not installed");

/** What is refused in a configuration, or warned of: place, whether it is a warning, words. */
const findings = (type: string, config: ObjectValue, version?: string) =>
  aws
    .check(type, config, readBinding(bindings, "resource", type), version)
    .map(({ path, warning, summary, detail }) => [path.join("."), warning === true, detail || summary]);

// Each from the provider's source, internal/service, at 6.25.0.
describe("whether a change replaces a resource", () => {
  it.each([
    ["aws_vpc", "cidr_block", "replaces"],
    ["aws_sqs_queue", "tags", "in place"],
    ["aws_sqs_queue", "tags.team", "in place"],
    ["aws_ecs_service", "task_definition", "in place"],
    ["aws_instance", "root_block_device.encrypted", "replaces"],
    ["aws_instance", "root_block_device.volume_size", "in place"],
    // CustomizeDiff alone knows: only some changes.
    ["aws_elasticache_replication_group", "engine_version", "not known"],
    // No source says anything of the type.
    ["aws_teapot", "colour", "not known"],
    ["aws_teapot", "region", "replaces"],
    ["aws_alb", "name", "replaces"],
    ["aws_alb_target_group", "port", "replaces"],
  ])("%s.%s: %s", (type, attribute, state) => {
    expect(aws.replacement(type, attribute)).toBe(state);
  });
});

it("the table has what the cloud fills in and hides of every type, in blocks, too", () => {
  expect(aws.schema("aws_efs_file_system").computed).toContain("performance_mode");
  expect(aws.schema("aws_instance").computed).toContain("root_block_device.volume_type");
  expect(aws.schema("aws_docdb_cluster").sensitive).toContain("master_password");
  expect(aws.schema("aws_mq_broker").sensitive).toContain("user.password");
  expect(aws.schema("aws_lambda_function").defaults).toMatchObject({ memory_size: 128, package_type: "Zip" });
  expect(aws.schema("aws_alb").defaults).toEqual(aws.schema("aws_lb").defaults);
});

describe("a value that the provider or AWS would refuse", () => {
  it("is none where all is well, or not known yet", () => {
    expect(findings("aws_sqs_queue", { name: "orders", policy: '{"Statement":[]}' })).toEqual([]);
    // A policy that protects data has operations where others have effects.
    const policy = '{"Statement":[{"Operation":{}}]}';
    expect(findings("aws_sns_topic_data_protection_policy", { arn: "", policy })).toEqual([]);
    expect(
      findings("aws_security_group", { ingress: [{ cidr_blocks: ["10.0.0.0/8"], ipv6_cidr_blocks: ["::/0"] }] }),
    ).toEqual([]);
  });

  it.each<[string, ObjectValue, string, boolean, RegExp]>([
    // AWS's API models, where the provider has no rule of its own.
    ["aws_accessanalyzer_analyzer", { analyzer_name: "a".repeat(256) }, "analyzer_name", false, /range \(1 - 255\)/],
    ["aws_iam_policy", { policy: '{"Statement":{"Effect":"Permit"}}' }, "policy", false, /Allow or Deny, got Permit/],
    [
      "aws_iam_policy",
      { policy: '{"Statement":[{"Effect":"Allow","Sid":"a"},{"Effect":"Deny","Sid":"a"}]}' },
      "policy",
      false,
      /different Sids, got a twice/,
    ],
  ])("of %s %j is told at %s", (type, config, path, warning, detail) => {
    expect(findings(type, config)).toContainEqual([path, warning, expect.stringMatching(detail)]);
  });
});

it("AWS's API takes the ARN that a type is given, wherever a type of the same service asks for one of its kind", () => {
  // Two sources that know nothing of each other: the reference's forms, and the patterns of AWS's API models.
  const { resources } = aws;
  const made = Object.keys(arns.types);
  const asked = Object.entries(rules.types).flatMap(([type, attributes]) =>
    Object.keys(attributes).flatMap((name) => {
      const noun = /^(.*)_arn$/.exec(name)?.[1];
      const makers = made.filter(
        (maker) => noun !== undefined && maker.endsWith(`_${noun}`) && maker.split("_")[1] === type.split("_")[1],
      );
      return makers.flatMap((maker) => {
        const template = resources(maker).arn;
        return typeof template === "string" ? [{ type, name, arn: filled(template) }] : [];
      });
    }),
  );
  expect(asked.length).toBeGreaterThan(15);
  const refused = asked.filter(({ type, name, arn }) => checkValues(type, { [name]: arn }, () => false).length > 0);
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
