import { resource } from "./programs/small";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
beforeAll(() => sandbox.start());
afterAll(() => sandbox.stop());

async function validate(type: string, configuration: Record<string, unknown>): Promise<string> {
  await sandbox.program("small", (out) => resource(out, type, configuration));
  const { code, stderr } = await sandbox.terraform("validate");
  return code === 0 ? "valid" : stderr.replaceAll(/[\s│╷╵]+/g, " ");
}

describe("the schema from the bindings", () => {
  it("accepts a queue as the bindings describe it", async () => {
    expect(await validate("aws_sqs_queue", { name: "orders", delay_seconds: 5, timeouts: { create: "1m" } })).toBe(
      "valid",
    );
  });

  it.each([
    ["an attribute that the bindings do not have", { colour: "red" }, 'type is named "colour".'],
    ["a block that the bindings do not have", { shelf: [{ height: 1 }] }, 'type is named "shelf".'],
    ["an attribute that a block does not have", { timeouts: { forever: "yes" } }, 'type is named "forever".'],
    ["a value of a wrong type", { delay_seconds: "soon" }, 'attribute "delay_seconds": a number is required.'],
    ["a value for what the cloud alone sets", { arn: "arn:aws:sqs:::o" }, `Can't configure a value for "arn"`],
    ["a reference to nothing", { name: ["$", "{aws_sqs_queue.it.flavour}"].join("") }, "Unsupported attribute"],
  ])("refuses a queue with %s", async (_what, configuration, message) => {
    expect(await validate("aws_sqs_queue", configuration)).toContain(message);
  });

  it("refuses a resource without a required attribute", async () => {
    expect(await validate("aws_sqs_queue_policy", { policy: "{}" })).toContain('argument "queue_url" is required');
  });

  it("refuses a resource without a required block", async () => {
    const acl = { name: "some", scope: "REGIONAL", default_action: { allow: {} } };
    expect(await validate("aws_wafv2_web_acl", acl)).toContain('"visibility_config" blocks are required');
  });

  it("refuses a second block where one is allowed", async () => {
    const settings = [{ enabled: true }, { enabled: false }];
    expect(await validate("aws_dynamodb_table", { name: "t", point_in_time_recovery: settings })).toContain(
      'No more than 1 "point_in_time_recovery" blocks are allowed',
    );
  });

  it("refuses a type that the bindings do not have, before Terraform runs", async () => {
    await expect(validate("aws_teapot", {})).rejects.toThrow(
      /^stack small: @cdktf\/provider-aws .* has no resource aws_teapot$/,
    );
  });
});

describe("arguments that exclude or need each other", () => {
  const lambda = { function_name: "f", role: "arn:aws:iam::123456789012:role/f" };
  const trust = '{"Statement":[]}';

  it.each<[string, string, Record<string, unknown>, string]>([
    // What the provider's own schema says: ConflictsWith, RequiredWith, ExactlyOneOf in internal/service of hashicorp/aws.
    [
      "two names",
      "aws_iam_role",
      { name: "a", name_prefix: "b", assume_role_policy: trust },
      '"name": conflicts with name_prefix',
    ],
    [
      "two sources of code",
      "aws_lambda_function",
      { ...lambda, filename: "f.zip", s3_bucket: "b", s3_key: "k" },
      "only one of `filename,image_uri,s3_bucket` can be specified, but `filename,s3_bucket` were specified.",
    ],
    ["no source of code", "aws_lambda_function", lambda, "one of `filename,image_uri,s3_bucket` must be specified"],
    [
      "one of two that need each other",
      "aws_glue_ml_transform",
      {
        name: "t",
        role_arn: lambda.role,
        parameters: { transform_type: "FIND_MATCHES", find_matches_parameters: {} },
        input_record_tables: [{ database_name: "d", table_name: "t" }],
        number_of_workers: 2,
      },
      '"number_of_workers": all of `number_of_workers,worker_type` must be specified',
    ],
    [
      "a block beside another",
      "aws_s3_bucket_website_configuration",
      { bucket: "b", index_document: { suffix: "i" }, redirect_all_requests_to: { host_name: "h" } },
      '"redirect_all_requests_to": conflicts with index_document',
    ],
    [
      "two of one",
      "aws_vpc_endpoint",
      {
        vpc_id: "vpc-1",
        service_name: "s",
        resource_configuration_arn: "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/r",
      },
      '"service_name": conflicts with resource_configuration_arn',
    ],
    [
      "two in a block",
      "aws_instance",
      { ami: "ami-1", launch_template: { id: "lt-1", name: "n" } },
      "only one of `launch_template.0.id,launch_template.0.name` can be specified",
    ],
  ])("are refused: %s", async (_what, type, configuration, message) => {
    expect(await validate(type, configuration)).toContain(message);
  });

  it.each<[string, string, Record<string, unknown>]>([
    ["one that is null", "aws_iam_role", { name: "a", name_prefix: null, assume_role_policy: trust }],
    [
      "an empty list of blocks",
      "aws_spot_fleet_request",
      {
        iam_fleet_role: lambda.role,
        target_capacity: 1,
        launch_specification: [{ ami: "ami-1", instance_type: "m5.large" }],
      },
    ],
    [
      "two of which only one applies, in one of several blocks, which the provider's SDK does not compare",
      "aws_launch_template",
      { network_interfaces: [{ ipv4_address_count: 1, ipv4_addresses: ["10.0.0.4"] }] },
    ],
  ])("are accepted: %s", async (_what, type, configuration) => {
    expect(await validate(type, configuration)).toBe("valid");
  });
});

describe("what the provider's validators refuse", () => {
  const role = "arn:aws:iam::123456789012:role/f";
  const code = { function_name: "f", role, filename: "f.zip" };
  const policy = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const rule = { type: "ingress", from_port: 0, to_port: 0, protocol: "-1", security_group_id: "sg-1" };

  // The words are those of terraform-plugin-sdk, and what is asked that of the provider's source at 6.25.0 (internal/service).
  it.each<[string, string, Record<string, unknown>, string]>([
    [
      "a number below its range",
      "aws_lambda_function",
      { ...code, memory_size: 1 },
      "expected memory_size to be in the range (128 - 10240), got 1",
    ],
    [
      "a window below its range",
      "aws_kms_key",
      { deletion_window_in_days: 3 },
      "expected deletion_window_in_days to be in the range (7 - 30), got 3",
    ],
    [
      "a port that is none",
      "aws_lb_target_group",
      { port: 99999 },
      "expected port to be in the range (1 - 65535), got 99999",
    ],
    [
      "a number that is in no list",
      "aws_cloudwatch_log_group",
      { retention_in_days: 2 },
      "expected retention_in_days to be one of [0 1 3 5 7",
    ],
    [
      "a text that is in no list",
      "aws_security_group_rule",
      { ...rule, type: "inwards", self: true },
      'expected type to be one of ["egress" "ingress"], got inwards',
    ],
    [
      "a text that is in no list, in a block",
      "aws_lambda_function",
      { ...code, tracing_config: { mode: "Loud" } },
      "got Loud",
    ],
    [
      "a text that is too long",
      "aws_iam_role",
      { name: "r".repeat(65), assume_role_policy: "{}" },
      "expected length of name to be in the range (1 - 64)",
    ],
    [
      "a text of another form",
      "aws_iam_role",
      { name: "a b", assume_role_policy: "{}" },
      "invalid value for name (must match [\\w+=,.@-])",
    ],
    [
      "a text that is empty",
      "aws_lambda_function",
      { ...code, handler: "" },
      "expected length of handler to be in the range (1 - 128), got",
    ],
    ["JSON that is none", "aws_sqs_queue", { policy: "{" }, '"policy" contains an invalid JSON'],
    [
      "a policy that is no object",
      "aws_iam_policy",
      { policy: "[]" },
      '"policy" contains an invalid JSON policy: contains a JSON array',
    ],
    ["a CIDR that is none", "aws_vpc", { cidr_block: "10.0.0.0/33" }, '"10.0.0.0/33" is not a valid CIDR block'],
    [
      "a CIDR with bits behind its mask",
      "aws_subnet",
      { vpc_id: "vpc-1", cidr_block: "10.0.0.1/24" },
      "is not a valid IPv4 CIDR block; did you mean",
    ],
    [
      "an ARN that is none",
      "aws_lambda_function",
      { ...code, role: "f" },
      '"role" (f) is an invalid ARN: arn: invalid prefix',
    ],
    [
      "more elements than there may be",
      "aws_lambda_function",
      {
        ...code,
        layers: Array.from({ length: 6 }, (_, index) => `arn:aws:lambda:eu-west-1:123456789012:layer:l:${index}`),
      },
      "Attribute layers supports 5 item maximum, but config has 6 declared.",
    ],
    [
      "a Sid twice",
      "aws_iam_policy",
      {
        policy: policy(
          { Sid: "a", Effect: "Allow", Action: "*", Resource: "*" },
          { Sid: "a", Effect: "Deny", Action: "*", Resource: "*" },
        ),
      },
      "different Sids, got a twice",
    ],
    [
      "an effect that is none",
      "aws_iam_policy",
      { policy: policy({ Effect: "Permit", Action: "*", Resource: "*" }) },
      "Effect is Allow or Deny, got Permit",
    ],
  ])("is refused: %s", async (_what, type, configuration, message) => {
    expect(await validate(type, configuration)).toContain(message);
  });

  it("is refused by Terraform itself where the schema says how many blocks there may be", async () => {
    const policies = ["AFTER_7_DAYS", "AFTER_14_DAYS", "AFTER_30_DAYS", "AFTER_60_DAYS"];
    const system = { lifecycle_policy: policies.map((after) => ({ transition_to_ia: after })) };
    expect(await validate("aws_efs_file_system", system)).toContain('No more than 3 "lifecycle_policy" blocks');
    expect(await validate("aws_efs_file_system", { lifecycle_policy: system.lifecycle_policy.slice(1) })).toBe("valid");
  });
});
