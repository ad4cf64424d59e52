import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource } from "@cdktf/provider-null/lib/resource";
import { App, S3Backend, TerraformResource, TerraformStack } from "cdktf";

/** Where a stack's state is: one bucket, and a key for each way to lock it. */
export function keepState(stack: TerraformStack, lock: "table" | "file" | "both" = "both"): void {
  new S3Backend(stack, {
    bucket: "some-state",
    key: `${stack.node.id}-${lock}.tfstate`,
    region: "eu-west-1",
    ...(lock === "file" ? {} : { dynamodbTable: "some-locks" }),
  });
  if (lock !== "table") stack.addOverride("terraform.backend.s3.use_lockfile", true);
}

/** One resource of any type, with its configuration in Terraform's own words, right or wrong. */
export function resource(outdir: string, type: string, configuration: Record<string, unknown>): void {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "small");
  keepState(stack);
  new AwsProvider(stack, "aws", { region: "eu-west-1", allowedAccountIds: ["210987654321"] });
  const made = new TerraformResource(stack, "it", { terraformResourceType: type });
  for (const [name, value] of Object.entries(configuration)) made.addOverride(name, value);
  app.synth();
}

/** A stack whose apply runs a shell command, and so lasts as long as a test wants. */
export function lasting(outdir: string, command: string, lock: "table" | "file" | "both"): void {
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "lasting");
  keepState(stack, lock);
  new NullProvider(stack, "null");
  new Resource(stack, "step", { triggers: { command }, provisioners: [{ type: "local-exec", command }] });
  app.synth();
}

/** A chain of stacks: each reads the queue of the one before it. */
export function chain(outdir: string, length: number): void {
  const app = new App({ outdir });
  let before: SqsQueue | undefined;
  for (let index = 1; index <= length; index++) {
    const stack = new TerraformStack(app, `chain-${index}`);
    keepState(stack);
    new AwsProvider(stack, "aws", { region: "eu-west-1" });
    before = new SqsQueue(stack, "queue", {
      name: `queue-${index}`,
      ...(before === undefined ? {} : { tags: { before: before.arn } }),
    });
  }
  app.synth();
}
