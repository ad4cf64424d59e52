import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rehearse, startRehearsal } from "@platform/rehearsal";

/**
 * Rehearses as many resources as the second argument says, in a new folder that the first names: `aws` of usual types,
 * or `terraform_data`, which Terraform has in itself, with the same references. With `start`, the provider only starts
 * and learns them. Prints seconds, and the memory of this process, of which the provider is a part.
 */
const [folder = "", count = "", kind = "", only] = process.argv.slice(2);

type Bodies = Record<string, Record<string, object>>;

/** Ten resources that refer to one another: a queue with its dead letters, and the function that consumes it. */
function group(index: number): [type: string, name: string, body: Record<string, unknown>, reads: string[]][] {
  const name = (what: string) => `${what}_${index}`;
  const of = (type: string, what: string, attribute: string) => `\${${type}.${name(what)}.${attribute}}`;
  const queue = of("aws_sqs_queue", "queue", "arn");
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const rights = `{ Effect = "Allow", Action = "sqs:*", Resource = aws_sqs_queue.${name("queue")}.arn }`;
  const policy = `\${jsonencode({ Version = "2012-10-17", Statement = [${rights}] })}`;
  const redrive = `\${jsonencode({ deadLetterTargetArn = aws_sqs_queue.${name("letters")}.arn, maxReceiveCount = 3 })}`;
  const role = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const code = { runtime: "nodejs22.x", handler: "index.handler", s3_key: "code.zip" };
  const alarm = {
    comparison_operator: "GreaterThanThreshold",
    evaluation_periods: 1,
    namespace: "AWS/SQS",
    period: 60,
  };
  const age = { metric_name: "ApproximateAgeOfOldestMessage", statistic: "Maximum", threshold: 5 };
  const bucket = of("aws_s3_bucket", "bucket", "bucket");
  const fn = of("aws_lambda_function", "fn", "arn");
  const log = `/aws/lambda/${of("aws_lambda_function", "fn", "function_name")}`;
  return [
    ["aws_sqs_queue", "letters", { name: name("letters"), message_retention_seconds: 1_209_600 }, []],
    ["aws_sqs_queue", "queue", { name: name("queue"), redrive_policy: redrive }, ["letters"]],
    ["aws_iam_role", "role", { name: name("role"), assume_role_policy: role }, []],
    ["aws_iam_role_policy", "policy", { role: of("aws_iam_role", "role", "id"), policy }, ["role", "queue"]],
    ["aws_s3_bucket", "bucket", { bucket: `bucket-${index}` }, []],
    ["aws_s3_bucket_versioning", "versions", { bucket, versioning_configuration: [{ status: "Enabled" }] }, ["bucket"]],
    [
      "aws_lambda_function",
      "fn",
      { function_name: name("fn"), role: of("aws_iam_role", "role", "arn"), s3_bucket: bucket, ...code },
      ["role", "bucket"],
    ],
    ["aws_cloudwatch_log_group", "log", { name: log, retention_in_days: 14 }, ["fn"]],
    ["aws_lambda_event_source_mapping", "mapping", { event_source_arn: queue, function_name: fn }, ["queue", "fn"]],
    ["aws_cloudwatch_metric_alarm", "alarm", { alarm_name: name("alarm"), ...alarm, ...age }, []],
  ];
}

const resource: Bodies = {};
for (let index = 0; index < Number(count) / 10; index++) {
  for (const [type, what, body, reads] of group(index)) {
    const input = { ...body, reads: reads.map((read) => `\${terraform_data.${read}_${index}.id}`) };
    const [shown, own] = kind === "aws" ? [type, body] : ["terraform_data", { input: JSON.parse(plain(input)) }];
    resource[shown] = { ...resource[shown], [`${what}_${index}`]: own };
  }
}

/** Without references to resources that are not there. */
function plain(input: object): string {
  return JSON.stringify(input).replaceAll(/\$\{(?!terraform_data)[^}]*\}+/g, "reference");
}

const terraform = { required_providers: { aws: { source: "hashicorp/aws" } } };
const program = kind === "aws" ? { terraform, provider: { aws: [{ region: "eu-west-1" }] }, resource } : { resource };
mkdirSync(folder);
writeFileSync(join(folder, "main.tf.json"), JSON.stringify(program));

const begun = performance.now();
if (only === "start") {
  const rehearsal = await startRehearsal();
  await rehearsal.prepare(folder);
  await rehearsal.stop();
} else {
  const { problems } = await rehearse({ folder });
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
const now = performance.now();
const said = { ofProcess: now / 1_000, seconds: (now - begun) / 1_000, peak: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify(said)}\n`);
