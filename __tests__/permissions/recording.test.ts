import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { environments } from "../../config/environments";
import { releaseAlarmNames, tokenKeySecretName } from "../../config/names";
import { services } from "../../config/services";
import { deployFunction } from "../../ops/deploy-function/deploy-function";
import { rollBack } from "../../ops/deploy-function/roll-back";
import { deployWorker } from "../../ops/deploy-workers/deploy-worker";
import { rollBack as rollBackWorker } from "../../ops/deploy-workers/roll-back";
import { clientSettings } from "../../ops/program/aws";
import { makeFirstKey, rotateKey } from "../../ops/token-key/token-key";
import type { Permission } from "../../permissions/permission";
import { pipelinePermissions } from "../../permissions/roles";
import type { Call } from "../ops/aws-stand-in/call";
import { AwsStandIn } from "../ops/aws-stand-in/server";
import { startRegistry, writeArchive } from "../ops/deploy-workers/image-registry";
import { runProgram } from "../ops/run-program";
import { catalogue, exampleEnvironment, exampleServices } from "../platform-fixture";
import { realPlatform } from "../stacks/synthesized";
import { isAllowed, matches, SynthesizedPolicies } from "./policies";

let aws: AwsStandIn;
let folder: string;
beforeEach(async () => {
  aws = await AwsStandIn.start();
  folder = await mkdtemp(join(tmpdir(), "recording-"));
});
afterEach(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

/** `action resource-pattern` of each statement that the calls use, and the calls that none states. */
function compare(calls: readonly Call[], permissions: readonly Permission[]) {
  const used = new Set<string>();
  const unstated = calls.filter(({ action, resource }) => {
    const found = permissions.flatMap(({ actions, resources }) =>
      actions.includes(action)
        ? resources.filter((pattern) => matches(pattern, resource)).map((pattern) => `${action} ${pattern}`)
        : [],
    );
    for (const statement of found) used.add(statement);
    return found.length === 0;
  });
  const all = permissions.flatMap(({ actions, resources }) =>
    actions.flatMap((action) => resources.map((resource) => `${action} ${resource}`)),
  );
  return { unstated, unused: all.filter((statement) => !used.has(statement)) };
}

/** What the synthesized policies refuse a role, of calls really made. */
async function refused(
  synthesized: SynthesizedPolicies,
  [environment, role]: readonly [string, string],
  calls: readonly Call[],
): Promise<Call[]> {
  const principal = synthesized.role(environment, role);
  const answers = await Promise.all(
    calls.map((call) => {
      // What KMS knows of the key: of the artifacts bucket, or of the token secret.
      const stack = call.context["kms:ViaService"]?.startsWith("secretsmanager.") ? "api" : "database";
      const key = call.action.startsWith("kms:") ? { "kms:ResourceAliases": [`alias/${environment}-${stack}`] } : {};
      const context = { ...key, ...call.context };
      return isAllowed(principal, { ...call, context }, { resourcePolicy: synthesized.resourcePolicy(call) });
    }),
  );
  return calls.filter((_call, index) => !answers[index]);
}

test("migrate-remote makes the calls that its role states, all of them and no other", async () => {
  // The program knows the real environments.
  const [environment] = environments;
  if (environment === undefined) throw new Error("config/environments names no environment");
  const artifact = join(folder, "migrations.zip");
  await writeFile(artifact, "zip");
  const args = ["--environment", environment.name, "--artifact", artifact, "--interval", "0.001"];
  await runProgram("ops/migrate-remote/command.ts", args, { env: aws.environment });
  aws.codebuild.steps = [{ phase: "BUILD", log: ["migrating"] }];
  const signalAt = { text: "migrating", signal: "SIGTERM" } as const;
  await runProgram("ops/migrate-remote/command.ts", args, { env: aws.environment, signalAt });

  const permissions = Object.values(pipelinePermissions(environment, services).roles.migrate).flat();
  expect(compare(aws.calls, permissions)).toEqual({ unstated: [], unused: [] });
  const synthesized = new SynthesizedPolicies(realPlatform);
  expect(await refused(synthesized, [environment.name, "migrate"], aws.calls)).toEqual([]);
});

test("deploy-function and roll-back make the calls that their role states, all of them and no other", async () => {
  const { versions } = aws.lambda.add("development-catalogue");
  for (let version = 2; version <= 12; version += 1) versions.set(`${version}`, { sha256: `${version}`, pending: 0 });
  const alarms = releaseAlarmNames("development", catalogue.name);
  for (const alarm of alarms) aws.alarms.states.set(alarm, "OK");
  const settings = { ...clientSettings("eu-west-1"), ...aws.clientSettings };
  const watch = {
    s3: new S3Client(settings),
    lambda: new LambdaClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    name: "development-catalogue",
    interval: 1,
    report: () => {},
    warmInstances: 1,
  };
  const never = new AbortController().signal;
  const deploy = (code: string) =>
    deployFunction(
      {
        ...watch,
        environment: "development",
        service: catalogue.name,
        bucket: "development-artifacts-111122223333",
        zip: Buffer.from(code),
        alarms,
        firstShare: 0.1,
        watchFor: 0.01,
        onRelease: async () => {},
      },
      never,
    );
  await deploy("first");
  await rollBack(watch, await deploy("second"), never);

  const permissions = Object.values(pipelinePermissions(exampleEnvironment, [catalogue]).roles.release).flat();
  expect(compare(aws.calls, permissions)).toEqual({ unstated: [], unused: [] });
  const synthesized = new SynthesizedPolicies({ environments: [exampleEnvironment], services: [catalogue] });
  expect(await refused(synthesized, ["development", "release"], aws.calls)).toEqual([]);
});

/** What the registry asks IAM about a push: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const ofPush = [
  "BatchCheckLayerAvailability",
  "CompleteLayerUpload",
  "InitiateLayerUpload",
  "PutImage",
  "UploadLayerPart",
];

test("deploy-workers and roll-back make the calls that their role states, all of them and no other", async () => {
  const shipping = exampleServices.find(({ name }) => name === "shipping");
  if (shipping === undefined) throw new Error("the example has no worker");
  const registry = await startRegistry();
  try {
    aws.ecr.registry = registry;
    const name = "development-shipping";
    const worker = aws.ecs.add(name, "shipping");
    aws.ecs.register(
      name,
      {
        containerDefinitions: [{ name: "shipping", image: "registry/shipping:bootstrap" }],
        taskRoleArn: `arn:aws:iam::111122223333:role/${name}`,
        executionRoleArn: `arn:aws:iam::111122223333:role/${name}-execution`,
      },
      [{ key: "environment", value: "development" }],
    );
    worker.outcomes.set(5, "does not start");
    const settings = { ...clientSettings("eu-west-1"), ...aws.clientSettings };
    const watch = {
      ecs: new ECSClient(settings),
      ecr: new ECRClient(settings),
      cluster: "development",
      name,
      service: "shipping",
      interval: 1,
      report: () => {},
    };
    const never = new AbortController().signal;
    const deploy = async (label: string) =>
      deployWorker(
        {
          ...watch,
          repository: name,
          image: await writeArchive(folder, "shipping", label),
          minTasks: 1,
          timeLimit: 60,
          onRelease: async () => {},
        },
        never,
      );
    await deploy("first");
    await rollBackWorker(watch, await deploy("second"), never);
    await expect(deploy("third")).rejects.toThrow("gave up");

    const permissions = pipelinePermissions(exampleEnvironment, [shipping]).roles.release.workers ?? [];
    const { unstated, unused } = compare(aws.calls, permissions);
    expect(unstated).toEqual([]);
    expect(unused).toEqual(
      ofPush.map((action) => `ecr:${action} arn:aws:ecr:eu-west-1:111122223333:repository/${name}`),
    );
    const synthesized = new SynthesizedPolicies({ environments: [exampleEnvironment], services: [shipping] });
    expect(await refused(synthesized, ["development", "release"], aws.calls)).toEqual([]);
  } finally {
    await registry.stop();
  }
});

test("token-key makes the calls that its role states, all of them and no other", async () => {
  const [environment] = environments;
  if (environment === undefined) throw new Error("config/environments names no environment");
  const secret = tokenKeySecretName(environment.name);
  aws.secrets.add(secret);
  const secretsManager = new SecretsManagerClient({ ...clientSettings(environment.region), ...aws.clientSettings });
  const options = { secretsManager, secret, report: () => {} };
  await makeFirstKey(options);
  await rotateKey({ ...options, now: () => Date.now() + 3_600_000 });

  const permissions = Object.values(pipelinePermissions(environment, services).roles.rotate).flat();
  expect(compare(aws.calls, permissions)).toEqual({ unstated: [], unused: [] });
  const synthesized = new SynthesizedPolicies(realPlatform);
  expect(await refused(synthesized, [environment.name, "rotate"], aws.calls)).toEqual([]);
});
