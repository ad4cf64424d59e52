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
