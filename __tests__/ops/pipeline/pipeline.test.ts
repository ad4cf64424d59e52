import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { startRehearsal } from "@platform/rehearsal";
import { releaseAlarmNames } from "../../../config/names";
import { deployedFunctions } from "../../../config/service";
import { services } from "../../../config/services";
import type { LambdaFunction } from "../aws-stand-in/lambda";
import { AwsStandIn } from "../aws-stand-in/server";
import { Checkout } from "./gitlab";

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
        "migrate-check",
        "synth",
        "test",
        ...environments.flatMap((name) => [`diff: [${name}]`, `rehearse: [${name}]`]),
      ].sort(),
    );
  });

  test("a merge request from a fork gets no job that asks for credentials", async () => {
    const jobs = await jobsOf({ ...mergeRequest, ...key, CI_MERGE_REQUEST_SOURCE_PROJECT_ID: "2" });
    expect(jobs.filter((job) => /^(diff|drift|deploy|migrate:|roll-back)/.test(job))).toEqual([]);
    expect(jobs).toContain("test");
  });

  test("a schedule looks for drift, and nothing else", async () => {
    const jobs = await jobsOf({ CI_PIPELINE_SOURCE: "schedule", CI_COMMIT_BRANCH: "main", CI_DEFAULT_BRANCH: "main" });
    expect(jobs.filter((job) => !job.startsWith("drift"))).toEqual(["synth"]);
  });
});

describe("a merge request", () => {
  test("runs end to end without an account", async () => {
    const jobs = ["check", "test", "migrate-check", "synth", "rehearse: [development]"];
    const { exitCode, log } = await checkout.run(jobs, { ...mergeRequest, ONLY: "__tests__/config/cidr.test.ts" });
    expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
    const report = JSON.parse(readFileSync(join(checkout.folder, "build/plan-report.json"), "utf8"));
    expect(report).toEqual({ create: expect.any(Number), update: 0, delete: 0 });
    expect(report.create).toBeGreaterThan(100);
  });
});

describe("main", () => {
  let aws: AwsStandIn;
  let functions: readonly LambdaFunction[];
  let api: Server;
  let healthy: boolean;
  let variables: Record<string, string>;

  beforeAll(() => checkout.run(["synth"], main));

  beforeEach(async () => {
    aws = await AwsStandIn.start();
    functions = deployedFunctions(services).map(({ name }) => {
      for (const alarm of releaseAlarmNames("development", name)) aws.alarms.states.set(alarm, "OK");
      return aws.lambda.add(`development-${name}`);
    });
    healthy = true;
    api = createServer((_request, response) => {
      response.writeHead(healthy ? 200 : 500, { "content-type": "application/json" }).end('{"status":"ok"}');
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
  const development = [
    "migrate:development",
    "deploy-functions:development",
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
      expect(log.match(/Apply complete! Resources: [1-9]\d+ added/g)).toHaveLength(3);
      expect(log).not.toContain(key.PIPELINE_AWS_SECRET_ACCESS_KEY);
    } finally {
      await rehearsal.stop();
    }
  });

  test("migrates, releases and tests an environment, each job in a session of its own role", async () => {
    const { exitCode, log } = await checkout.run(development, variables);
    expect({ exitCode, log: exitCode === 0 ? "" : log }).toEqual({ exitCode: 0, log: "" });
    expect(histories()).toEqual(["1, 1 10% 2, 2"]);
    const sessions = aws.calls.filter(({ action }) => action === "sts:AssumeRole");
    expect(new Set(sessions.map(({ resource }) => resource))).toEqual(
      new Set(["migrate", "release"].map((role) => `arn:aws:iam::111122223333:role/development-gitlab-${role}`)),
    );
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
  });

  test("rolls the functions back when the smoke test fails", async () => {
    healthy = false;
    const { exitCode, log } = await checkout.run(development, variables);
    expect(exitCode).not.toBe(0);
    expect(log).toContain("rolled back from version 2 to 1");
    expect(histories()).toEqual(["1, 1 10% 2, 2, 1"]);
  });
});
