import { equivalent } from "../src/facts/aws-equivalence";
import { resource } from "./programs/small";
import { Sandbox } from "./sandbox";

const sandbox = new Sandbox();
beforeAll(() => sandbox.start());
afterAll(() => sandbox.stop());

const policy = (statement: unknown) => JSON.stringify({ Version: "2012-10-17", Statement: statement });
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

describe("two texts that mean the same to AWS", () => {
  it.each([
    ["JSON of another form", '{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }'],
    ["a statement, and a list of it", policy(allow), policy([allow])],
    ["an action, and a list of it", policy(allow), policy({ ...allow, Action: ["s3:GetObject"] })],
    [
      "actions in another order",
      policy({ ...allow, Action: ["a:B", "a:C"] }),
      policy({ ...allow, Action: ["a:C", "a:B"] }),
    ],
    [
      "an account, and its root user",
      policy({ ...allow, Principal: { AWS: "123456789012" } }),
      policy({ ...allow, Principal: { AWS: ["arn:aws:iam::123456789012:root"] } }),
    ],
    ["everybody in two forms", policy({ ...allow, Principal: "*" }), policy({ ...allow, Principal: { AWS: "*" } })],
    [
      "true, and its text, in a condition",
      policy({ ...allow, Condition: { Bool: { "aws:SecureTransport": true } } }),
      policy({ ...allow, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ],
  ])("are equivalent: %s", (_what, one, other) => {
    expect(equivalent("aws_sqs_queue", "policy", one, other)).toBe(true);
  });

  it.each([
    ["another action", policy(allow), policy({ ...allow, Action: "s3:PutObject" })],
    ["one action fewer", policy({ ...allow, Action: ["a:B", "a:C"] }), policy({ ...allow, Action: "a:B" })],
    ["another resource", policy(allow), policy({ ...allow, Resource: "ARN" })],
    ["a list in another order, in JSON that is no policy", '{"a":[1,2]}', '{"a":[2,1]}'],
    ["text that is no JSON", "{a", "{ a"],
    ["numbers", "1.0", "1.00"],
  ])("are not equivalent: %s", (_what, one, other) => {
    expect(equivalent("aws_sqs_queue", "policy", one, other)).toBe(false);
  });
});

it("names and windows that ElastiCache keeps in small letters are the same in any", () => {
  expect(
    equivalent("aws_elasticache_replication_group", "maintenance_window", "Sun:04:30-Sun:05:30", "sun:04:30-sun:05:30"),
  ).toBe(true);
  expect(equivalent("aws_elasticache_user", "engine", "VALKEY", "valkey")).toBe(true);
  expect(equivalent("aws_elasticache_user", "access_string", "ON", "on")).toBe(false);
});

it("a plan shows no change where the program says the same in other words, and shows one where it does not", async () => {
  const program = (text: string) =>
    sandbox.program("small", (out) => resource(out, "aws_sqs_queue_policy", { queue_url: "https://q", policy: text }));
  const plan = async () => (await sandbox.terraform("plan", "-input=false")).stdout;
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
  await program(policy(trust));
  expect((await sandbox.terraform("apply", "-auto-approve", "-input=false")).code).toBe(0);
  await program(policy([{ ...trust, Principal: { Service: ["lambda.amazonaws.com"] } }]));
  expect(await plan()).toContain("No changes.");
  await program(policy([{ ...trust, Principal: { Service: "ecs.amazonaws.com" } }]));
  expect(await plan()).toContain("1 to change");
});

it("a name that AWS keeps in small letters is not replaced for its case or its last dot", async () => {
  const program = (name: string) => sandbox.program("small", (out) => resource(out, "aws_route53_zone", { name }));
  await program("Example.com.");
  expect((await sandbox.terraform("apply", "-auto-approve", "-input=false")).code).toBe(0);
  await program("example.com");
  expect((await sandbox.terraform("plan", "-input=false")).stdout).toContain("No changes.");
  await program("example.org");
  expect((await sandbox.terraform("plan", "-input=false")).stdout).toContain("must be replaced");
});
