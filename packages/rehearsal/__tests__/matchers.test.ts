import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import "cdktf/lib/testing/adapters/jest";
import { S3Backend, TerraformStack, Testing } from "cdktf";
import { type RehearsalProcess, startRehearsalInChild } from "../src/in-child";
import { matchers } from "../src/matchers";

Testing.setupJest();
expect.extend(matchers);

let rehearsal: RehearsalProcess;

beforeAll(async () => {
  rehearsal = await startRehearsalInChild({ program: ["ops/run.mjs", "packages/rehearsal/src/child.ts"] });
});

afterAll(() => rehearsal.stop());

function stack(): TerraformStack {
  const made = new TerraformStack(Testing.app(), "stack");
  new AwsProvider(made, "aws", { region: "eu-west-1" });
  new S3Backend(made, {
    bucket: "some-state",
    key: "stack.tfstate",
    region: "eu-west-1",
    dynamodbTable: "some-locks",
  });
  made.addOverride("terraform.backend.s3.use_lockfile", true);
  return made;
}

async function synthesized(made: TerraformStack): Promise<string> {
  const folder = Testing.fullSynth(made);
  Object.assign(process.env, await rehearsal.prepare(folder));
  return folder;
}

describe("cdktf's own matchers", () => {
  it("find a stack valid and plan it, its S3 backend included", async () => {
    const made = stack();
    new SqsQueue(made, "queue", { name: "orders" });
    const folder = await synthesized(made);
    expect(folder).toBeValidTerraform();
    expect(folder).toPlanSuccessfully();
  });

  it("refuse a stack with a reference to an attribute that does not exist", async () => {
    const made = stack();
    const queue = new SqsQueue(made, "queue", { name: "orders" });
    new LambdaFunction(made, "function", { functionName: "f", role: queue.getStringAttribute("no_such_attribute") });
    const folder = await synthesized(made);
    expect(folder).not.toBeValidTerraform();
    expect(folder).not.toPlanSuccessfully();
  });
});

describe("toPlan", () => {
  const empty = mkdtempSync(join(tmpdir(), "matchers-"));
  afterAll(() => rmSync(empty, { recursive: true }));
  const written = (text: string) => {
    writeFileSync(join(empty, "main.tf"), text);
    return empty;
  };

  it("passes for a program that plans, and names its counts when it should not have", async () => {
    const folder = written('resource "aws_sqs_queue" "it" { name = "orders" }');
    await expect(folder).toPlan();
    await expect(expect(folder).not.toPlan()).rejects.toThrow(/1 to add, 0 to change/);
  });

  it("fails with what Terraform says of a program that does not plan", async () => {
    const folder = written('resource "aws_sqs_queue" "it" { colour = "red" }');
    await expect(folder).not.toPlan();
    await expect(expect(folder).toPlan()).rejects.toThrow(/"colour"/);
  });

  it("fails for a folder that holds no program", async () => {
    await expect(expect(join(empty, "nowhere")).toPlan()).rejects.toThrow(/nowhere/);
  });
});
