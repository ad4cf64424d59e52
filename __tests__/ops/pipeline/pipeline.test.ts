import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join, resolve } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { startRehearsal } from "@platform/rehearsal";
import { unzipSync } from "fflate";
import * as z from "zod";
import { workerSettings } from "../../../config/environment";
import { environments } from "../../../config/environments";
import {
  artifactsBucketName,
  migrationArtifactKey,
  releaseAlarmNames,
  stateBucketName,
  tokenKeySecretName,
  workerName,
} from "../../../config/names";
import { deployedFunctions, deployedWorkers } from "../../../config/service";
import { services } from "../../../config/services";
import { s3Credentials } from "../../../dependencies/imports/stand-in-program";
import type { EcsService } from "../aws-stand-in/ecs";
import type { LambdaFunction } from "../aws-stand-in/lambda";
import type { Secret } from "../aws-stand-in/secrets-manager";
import { AwsStandIn } from "../aws-stand-in/server";
import { type Registry, startRegistry, writeArchive } from "../deploy-workers/image-registry";
import { Checkout } from "./gitlab";

const State = z.object({ resources: z.array(z.unknown()) });

/** How many resources each stack's state holds, of those that hold any, in the bucket of development's account. */
async function resourcesOfStates(endpoint: string): Promise<Record<string, number>> {
  const s3 = new S3Client({ endpoint, region: "eu-west-1", forcePathStyle: true, credentials: s3Credentials });
  const Bucket = stateBucketName("111122223333");
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const counts: Record<string, number> = {};
  for (const { Key = "" } of Contents) {
    if (!Key.endsWith(".tfstate")) continue;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const { resources } = State.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    if (resources.length > 0) counts[Key.replace(".tfstate", "")] = resources.length;
  }
  return counts;
}

jest.setTimeout(600_000);

const checkout = new Checkout();
afterAll(() => checkout.remove());

const key = { PIPELINE_AWS_ACCESS_KEY_ID: "AKIAPIPELINE", PIPELINE_AWS_SECRET_ACCESS_KEY: "kept secret" };
const mergeRequest = {
  CI_PIPELINE_SOURCE: "merge_request_event",
  CI_PROJECT_ID: "1",
  CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "1",
};
const main = { CI_PIPELINE_SOURCE: "push", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" };

async function jobsOf(variables: Readonly<Record<string, string>>): Promise<string[]> {
  const given = Object.entries(variables).flatMap(([name, value]) => ["--variable", `${name}=${value}`]);
  const { log } = await checkout.gitlab(["--list-csv", ...given]);
  return log
    .split("\n")
    .filter((line) => line.includes(";") && !line.startsWith("name;"))
    .map((line) => line.split(";")[0] ?? "");
}

describe("which jobs a pipeline has", () => {
  test("a merge request is verified, rehearsed and compared with each environment, and deploys nothing", async () => {
    const jobs = await jobsOf({ ...mergeRequest, ...key });
    const environments = ["development", "staging", "production"];
    expect(jobs.sort()).toEqual(
      [
        "check",
        "build-image",
        "migrate-check",
        "synth",
        "test",
        ...environments.flatMap((name) => [`diff: [${name}]`, `rehearse: [${name}]`]),
      ].sort(),
    );
  });

  test("a merge request from a fork gets no job that asks for credentials", async () => {
    const jobs = await jobsOf({ ...mergeRequest, ...key, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2" });
    expect(jobs.filter((job) => /^(diff|drift|deploy|token-key|migrate:|roll-back)/.test(job))).toEqual([]);
    expect(jobs).toContain("test");
  });

  test("a schedule looks for drift, and nothing else", async () => {
    const jobs = await jobsOf({ CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" });
    expect(jobs.filter((job) => !job.startsWith("drift"))).toEqual(["synth"]);
  });
});

describe("a merge request", () => {
  test("runs end to end without an account", async () => {
    // As a runner's cache: the base that was made here once, since no registry answers.
    mkdirSync(".cache/images", { recursive: true });
    symlinkSync(resolve(".cache/images"), join(checkout.folder, ".cache/images"));
    const jobs = ["check", "test", "migrate-check", "synth", "build-image", "rehearse: [development]"];
    const variables = { ...mergeRequest, ONLY: "__tests__/config/cidr.test.ts", IMAGE_BASE: "local" };
    const { exitCode, log } = await checkout.run(jobs, variables);
    expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
    const report = JSON.parse(readFileSync(join(checkout.folder, "build/plan-report.json"), "utf8"));
    expect(report).toEqual({ create: expect.any(Number), update: 0, delete: 0 });
    expect(report.create).toBeGreaterThan(100);
    for (const { name } of deployedWorkers(services)) {
      const image = JSON.parse(readFileSync(join(checkout.folder, `build/images/${name}.json`), "utf8"));
      expect(image).toMatchObject({ service: name, platform: "linux/arm64" });
    }
  });
});

describe("main", () => {
  let aws: AwsStandIn;
  let functions: readonly LambdaFunction[];
  let registry: Registry;
  let workers: readonly EcsService[];
  let secret: Secret;
  let api: Server;
  let healthy: boolean;
  let variables: Record<string, string>;

  beforeAll(async () => {
    registry = await startRegistry();
    // The merge request's jobs ran in this checkout, and synth's script is the same for both.
    if (!existsSync(join(checkout.folder, "build/migrations.zip"))) await checkout.run(["synth"], main);
    mkdirSync(join(checkout.folder, "build/images"), { recursive: true });
    for (const { name } of deployedWorkers(services)) {
      await writeArchive(join(checkout.folder, "build/images"), name, "built by the job build-image");
    }
  });
  afterAll(() => registry?.stop());

  beforeEach(async () => {
    aws = await AwsStandIn.start();
    functions = deployedFunctions(services).map(({ name }) => {
      for (const alarm of releaseAlarmNames("development", name)) aws.alarms.states.set(alarm, "OK");
      return aws.lambda.add(`development-${name}`);
    });
    aws.ecr.registry = registry;
    workers = deployedWorkers(services).map(({ name }) => aws.ecs.add(workerName("development", name), name));
    secret = aws.secrets.add(tokenKeySecretName("development"));
    healthy = true;
    // What services that are well answer, in either form, and what becomes of a transaction.
    const transactions = [{ id: "a transaction", stamps: 1, awarded_at: "2026-11-29T03:00:00.000Z" }];
    const well = { status: "ok", healthy: true, token: "a token", id: "a transaction", transactions };
    api = createServer((_request, response) => {
      response.writeHead(healthy ? 200 : 500, { "content-type": "application/json" }).end(JSON.stringify(well));
    });
    await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
    const address = api.address();
    variables = {
      ...main,
      ...key,
      AWS_ENDPOINT_URL: aws.endpoint,
      RELEASE_WATCH_SECONDS: "0.01",
      SMOKE_TEST_URL: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
      SMOKE_TEST_TIME_LIMIT: "1",
      SMOKE_TEST_USERNAME: "smoke",
      SMOKE_TEST_PASSWORD: "kept secret by GitLab too",
      POLL_SECONDS: "0.01",
    };
  });
  afterEach(async () => {
    api.closeAllConnections();
    await new Promise((resolve) => api.close(resolve));
    await aws.stop();
  });

  /** How the functions' aliases moved, each way once. */
  const histories = () => [...new Set(functions.map(({ history }) => history.join(", ")))];
  const tasks = () => [...new Set(workers.map(({ history }) => history.join(", ")))];
  const [first] = environments;
  const least =
    first === undefined ? [] : deployedWorkers(services).map(({ name }) => workerSettings(first, name).minTasks);
  const development = [
    "token-key:development",
    "migrate:development",
    "deploy-functions:development",
    "deploy-workers:development",
    "smoke-test:development",
    "roll-back:development",
  ];

  test("deploys the infrastructure with the real cdktf, in a session of the deploy role", async () => {
    const rehearsal = await startRehearsal();
    try {
      // Jobs share the checkout with the shell executor: what synth left there is what they deploy.
      await rehearsal.prepare(join(checkout.folder, "cdktf.out"));
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_CONFIG_FILE, ...offline } = rehearsal.environment();
      const job = ["deploy-infrastructure:development"];
      const { exitCode, log } = await checkout.run(job, {
        ...variables,
        ...offline,
        AWS_ENDPOINT_URL_STS: aws.endpoint,
      });
      expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
      const sessions = aws.calls.filter(({ action }) => action === "sts:AssumeRole");
      expect(new Set(sessions.map(({ resource }) => resource))).toEqual(
        new Set(["arn:aws:iam::111122223333:role/development-gitlab-deploy"]),
      );
      // The states say what is there: of the log, cdktf may leave out the last lines.
      expect(await resourcesOfStates(offline.AWS_ENDPOINT_URL_S3 ?? "")).toEqual({
        "development-network": expect.any(Number),
        "development-database": expect.any(Number),
        "development-queue": expect.any(Number),
        "development-api": expect.any(Number),
        "development-workers": expect.any(Number),
      });
      expect(log).not.toContain(key.PIPELINE_AWS_SECRET_ACCESS_KEY);
    } finally {
      await rehearsal.stop();
    }
  });

  test("migrates, releases and tests an environment, each job in a session of its own role", async () => {
    const { exitCode, log } = await checkout.run(development, variables);
    expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
    // A function that a queue starts gets all messages at once.
    expect(histories()).toEqual(["1, 1 10% 2, 2", "1, 2"]);
    expect(tasks()).toEqual([...new Set(least.map((count) => `1 x 0, 2 x ${count}`))]);
    expect(JSON.parse(secret.current ?? "null")).toMatchObject({ previous: null });
    const released = aws.calls.map(({ action }) => action);
    const order = ["secretsmanager:PutSecretValue", "codebuild:StartBuild", "lambda:UpdateAlias", "ecs:UpdateService"];
    expect(order.map((action) => released.indexOf(action))).toEqual(
      order.map((action) => released.indexOf(action)).toSorted((a, b) => a - b),
    );
    const sessions = aws.calls.filter(({ action }) => action === "sts:AssumeRole");
    expect(new Set(sessions.map(({ resource }) => resource))).toEqual(
      new Set(
        ["rotate", "migrate", "release"].map((role) => `arn:aws:iam::111122223333:role/development-gitlab-${role}`),
      ),
    );
    const migrations = aws.s3.objects.get(
      `${artifactsBucketName("development", "111122223333")}/${migrationArtifactKey}`,
    );
    const user = unzipSync(migrations ?? Buffer.alloc(0))["smoke-user.json"];
    expect(JSON.parse(Buffer.from(user ?? []).toString())).toMatchObject({ username: variables.SMOKE_TEST_USERNAME });
    expect(log).not.toContain(variables.SMOKE_TEST_PASSWORD);
    for (const { context } of sessions) expect(context["sts:RoleSessionName"]).toMatch(/^pipeline-\d+-job-\d+$/);
    expect(log).not.toContain(key.PIPELINE_AWS_SECRET_ACCESS_KEY);
  });

  test("releases nothing when the migration fails", async () => {
    aws.codebuild.steps = [
      { phase: "COMPLETED", status: "FAILED", failure: { phase: "BUILD", message: "exit status 1" } },
    ];
    const { exitCode } = await checkout.run(development, variables);
    expect(exitCode).not.toBe(0);
    expect(histories()).toEqual(["1"]);
    expect(new Set(workers.map(({ history }) => history.at(-1)))).toEqual(new Set(["1 x 0"]));
  });

  test("rolls functions and workers back when the smoke test fails", async () => {
    healthy = false;
    const { exitCode, log } = await checkout.run(development, variables);
    expect(exitCode).not.toBe(0);
    expect(log).toContain("rolled back from version 2 to 1");
    expect(histories()).toEqual(["1, 1 10% 2, 2, 1", "1, 2, 1"]);
    expect(new Set(workers.map(({ history }) => history.at(-1)))).toEqual(new Set(["1 x 0"]));
  });
});
