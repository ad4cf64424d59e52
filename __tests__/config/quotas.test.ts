import { quotaTables } from "../../config/capacity-table";
import type { Environment } from "../../config/environment";
import { development } from "../../config/environments/development";
import { concurrencyQuota, quotaNeeds, sharingUpTo } from "../../config/quotas";
import type { Service } from "../../config/service";
import { services } from "../../config/services";
import {
  catalogue,
  exampleEnvironment,
  exampleEnvironments,
  exampleProduction,
  exampleServices,
} from "../platform-fixture";

const wanted = (environments: readonly Environment[], code: string, table: readonly Service[] = exampleServices) =>
  quotaNeeds(environments, table).find((need) => need.code === code)?.wanted;

/** What AWS gives an account by default, and Lambda and CodeBuild a young one: what each page of config/quotas.ts says. */
const youngAccount: Readonly<Record<string, number>> = {
  "L-B99A9384": 10,
  "L-5ED1D25B": 1,
  "L-8A5B8E43": 10_000,
  "L-0263D0A3": 5,
  "L-FE5A380F": 5,
  "L-F678F1CE": 5,
  "L-1B52E74A": 20,
  "L-952B80B8": 40,
  "L-7B6409FD": 40,
  "L-D94C7EA3": 20,
  "L-3032A538": 6,
  "L-21C621EB": 10_000,
  "L-DFE45DF3": 300,
};

test("a young account can hold development as it comes", () => {
  const short = quotaNeeds([development], services).filter(({ code, wanted }) => wanted > (youngAccount[code] ?? 0));
  expect(short).toEqual([]);
});

test("reserved concurrency leaves 100 to the account, and none is needed where nothing is reserved", () => {
  const { code } = concurrencyQuota;
  expect(wanted([exampleEnvironment], code, [catalogue])).toBe(20 + 100);
  expect(wanted(exampleEnvironments, code, [catalogue])).toBe(20 + 400 + 100);
  const functions = { ...exampleEnvironment.functions, services: { [catalogue.name]: { reserve: false } } };
  expect(wanted([{ ...exampleEnvironment, functions }], code, [catalogue])).toBe(1);
});

test("addresses, VPCs, gateways and instances are those of the stacks", () => {
  expect(wanted(exampleEnvironments, "L-0263D0A3")).toBe(1 + 3);
  expect(wanted(exampleEnvironments, "L-F678F1CE")).toBe(2 + 1);
  expect(wanted(exampleEnvironments, "L-FE5A380F")).toBe(2);
  expect(wanted(exampleEnvironments, "L-7B6409FD")).toBe(1 + 3);
  expect(wanted(exampleEnvironments, "L-D94C7EA3")).toBe(2);
  expect(wanted(exampleEnvironments, "L-21C621EB")).toBe(2);
  expect(wanted(exampleEnvironments, "L-DFE45DF3")).toBe(2 + 2);
  // Each worker may have 4 tasks of a quarter of a CPU, twice while it is deployed.
  expect(wanted(exampleEnvironments, "L-3032A538")).toBe(2 + 2);
});

test("an environment needs what those before it in its account and region need as well", () => {
  const elsewhere = { ...exampleEnvironment, name: "elsewhere", account: "444455556666" };
  const all = [exampleEnvironment, elsewhere, exampleProduction];
  expect(sharingUpTo(exampleEnvironment, all)).toEqual([exampleEnvironment]);
  expect(sharingUpTo(exampleProduction, all)).toEqual([exampleEnvironment, exampleProduction]);
  expect(sharingUpTo(elsewhere, all)).toEqual([elsewhere]);
});

test("each account has a table with a line a quota and a column an environment", () => {
  const lines = quotaTables(exampleEnvironments, [catalogue]).split("\n");
  expect(lines[0]).toMatch(
    /^account 111122223333 in eu-west-1 must allow +quota +up to development +up to production$/,
  );
  expect(lines[1]).toMatch(/^lambda: Concurrent executions +L-B99A9384 +120 +520$/);
  const apart = [exampleEnvironment, { ...exampleProduction, account: "444455556666" }];
  expect(quotaTables(apart, exampleServices).match(/must allow/g)).toHaveLength(2);
});
