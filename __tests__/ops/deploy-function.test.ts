import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { releaseAlarmNames } from "../../config/names";
import { deployedFunctions, eventServices } from "../../config/service";
import { services } from "../../config/services";
import { killedAt } from "./aws-stand-in/killed-at";
import type { LambdaFunction } from "./aws-stand-in/lambda";
import { AwsStandIn, type Fault } from "./aws-stand-in/server";
import { type ProgramOptions, runProgram } from "./run-program";

// The program knows the real table: whatever it deploys, and one of it.
const deployed = deployedFunctions(services).map(({ name }) => name);
const [service = ""] = deployed;
const name = `development-${service}`;

let aws: AwsStandIn;
let live: LambdaFunction;
let folder: string;
let releases: string;

beforeEach(async () => {
  aws = await AwsStandIn.start();
  live = aws.lambda.add(name);
  for (const alarm of releaseAlarmNames("development", service)) aws.alarms.states.set(alarm, "OK");
  folder = await mkdtemp(join(tmpdir(), "deploy-function-"));
  releases = join(folder, "releases.json");
});
afterEach(async () => {
  await aws.stop();
  await rm(folder, { recursive: true });
});

const quick = ["--environment", "development", "--interval", "0.001"];
const deploy = (args: readonly string[] = [service], options: ProgramOptions = {}) =>
  runProgram("ops/deploy-function/command.ts", [...quick, "--watch", "0.01", "--releases", releases, ...args], {
    ...options,
    env: aws.environment,
  });
const rollBack = (...args: readonly string[]) =>
  runProgram("ops/roll-back/command.ts", [...quick, "--releases", releases, ...args], { env: aws.environment });
const passed: Fault = () => undefined;

describe("the program deploy-function", () => {
  test("releases every deployed function and prints what it did as JSON", async () => {
    for (const other of deployed.slice(1)) {
      aws.lambda.add(`development-${other}`);
      for (const alarm of releaseAlarmNames("development", other)) aws.alarms.states.set(alarm, "OK");
    }
    const { exitCode, stdout, stderr } = await deploy(["--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(deployed.map((each) => ({ service: each, from: "1", to: "2" })));
    for (const each of deployed) expect(stderr).toContain(`development-${each}: version 2 serves all requests`);
  });

  describe.each(eventServices(services).map(({ name: started }) => started))(
    "of %s, which a queue starts",
    (started) => {
      let fn: LambdaFunction;
      beforeEach(() => {
        fn = aws.lambda.add(`development-${started}`);
        for (const alarm of releaseAlarmNames("development", started)) aws.alarms.states.set(alarm, "OK");
      });

      test("gives the new version all messages at once", async () => {
        expect((await deploy([started])).exitCode).toBe(0);
        expect(fn.history).toEqual(["1", "2"]);
      });

      test("gives them back to the old one when an alarm fires", async () => {
        aws.next("cloudwatch:DescribeAlarms", passed, () => {
          aws.alarms.states.set(`development-${started}-errors`, "ALARM");
          return undefined;
        });
        expect((await deploy([started])).exitCode).toBe(1);
        expect(fn.history).toEqual(["1", "2", "1"]);
      });
    },
  );

  test("rolls back when GitLab cancels the job, and exits as a terminated process does", async () => {
    const { exitCode, stderr } = await deploy([service, "--watch", "600"], {
      signalAt: { text: "10 % of the requests on version 2", signal: "SIGTERM" },
    });
    expect(exitCode).toBe(143);
    expect(stderr).toMatch(/rolled back from version 2 to 1\ncancelled by SIGTERM\n$/);
    expect(live.history).toEqual(["1", "1 10% 2", "1"]);
  });

  test.each<[string, string, Fault[], string[]]>([
    ["between publish and alias shift", "lambda:GetAlias", [], ["1"]],
    ["at 10 %", "cloudwatch:DescribeAlarms", [passed], ["1", "1 10% 2"]],
  ])("killed %s, it finishes its work when it runs again", async (_when, action, before, history) => {
    const killed = await killedAt(aws, action, before, (options) => deploy([service], options));
    expect(killed.exitCode).toBeNull();
    expect(live.history).toEqual(history);

    expect((await deploy()).exitCode).toBe(0);
    expect(live.versions.size).toBe(2);
    expect(live.history.slice(-2)).toEqual(["1 10% 2", "2"]);
  });

  test("goes on past an alarm that it is told to ignore", async () => {
    aws.alarms.states.set("development-api-5xx", "ALARM");
    expect((await deploy()).exitCode).toBe(1);
    expect((await deploy([service, "--despite-alarm", "development-api-5xx"])).exitCode).toBe(0);
    expect(live.history.at(-1)).toBe("2");
  });

  test.each([
    ["a service that is not deployed", ["nowhere"], `It must be one of ${deployed.join(", ")}.`],
    ["a share that is no share", ["--first-percent", "100"], "It must be a number above 0 and below 100."],
  ])("refuses %s in one line", async (_what, args, message) => {
    const { exitCode, stderr } = await deploy(args);
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([expect.stringContaining(message)]);
  });
});

describe("the program roll-back", () => {
  test("takes back what the last deployment wrote down", async () => {
    await deploy();
    const { exitCode, stderr } = await rollBack();
    expect(exitCode).toBe(0);
    expect(stderr).toContain(`${name}: rolled back from version 2 to 1`);
    expect(live.history.at(-1)).toBe("1");
  });

  test("has nothing to do after a deployment that rolled itself back", async () => {
    aws.next("cloudwatch:DescribeAlarms", passed, () => {
      aws.alarms.states.set(`${name}-errors`, "ALARM");
      return undefined;
    });
    expect((await deploy()).exitCode).toBe(1);
    expect(JSON.parse(await readFile(releases, "utf8"))).toMatchObject({ releases: [{ from: "1", to: "2" }] });
    const { exitCode, stderr } = await rollBack();
    expect(exitCode).toBe(0);
    expect(stderr).toContain("version 1 serves, nothing of version 2 to take back");
  });

  test.each([
    ["without the file", [], "--releases must be a file that deploy-function wrote, got none"],
    [
      "with another environment's file",
      ["--environment", "staging"],
      "--releases must be of staging, got a file of development",
    ],
  ])("refuses to run %s", async (what, args, message) => {
    if (what !== "without the file") await deploy();
    const { exitCode, stderr } = await rollBack(...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
  });
});
