import textTable from "text-table";
import type { Capacity } from "./capacity";
import type { Environment } from "./environment";
import { quotaNeeds, sharingUpTo } from "./quotas";
import type { Service } from "./service";

const columns: readonly (readonly [title: string, cell: (held: Capacity) => string])[] = [
  ["environment", ({ environment }) => environment],
  ["concurrency", ({ concurrency }) => `${concurrency}`],
  ["tasks", ({ tasks }) => `${tasks}`],
  ["connections", ({ connections }) => `${connections.wanted} of ${connections.proxy}`],
  ["database accepts", ({ connections }) => `${connections.database}`],
  ["of the queue", ({ queueConnections }) => `${queueConnections.wanted} of ${queueConnections.offered}`],
  ["addresses a private subnet", ({ addresses }) => `${addresses.wanted} of ${addresses.offered}`],
  ["an isolated one", ({ databaseAddresses }) => `${databaseAddresses.wanted} of ${databaseAddresses.offered}`],
  [
    "borrow + statement < function < gateway",
    ({ timeouts }) => `${timeouts.query} < ${timeouts.function} < ${timeouts.gateway} s`,
  ],
];

/** A table with a line each environment: what it would use at full load, of what it has. */
export function capacityTable(rows: readonly Capacity[]): string {
  return textTable([columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]);
}

/** A table for each account and region: what its quotas must allow before an environment, and those before it, can be deployed. */
export function quotaTables(environments: readonly Environment[], services: readonly Service[]): string {
  const scopes = new Set(environments.map(({ account, region }) => `${account} in ${region}`));
  return [...scopes]
    .map((scope) => {
      const sharing = environments.filter(({ account, region }) => `${account} in ${region}` === scope);
      const needs = sharing.map((environment) => quotaNeeds(sharingUpTo(environment, environments), services));
      const lines = (needs[0] ?? []).map(({ service, code, name }) => [
        `${service}: ${name}`,
        code,
        ...needs.map((all) => `${all.find((need) => need.code === code)?.wanted}`),
      ]);
      return textTable([
        [`account ${scope} must allow`, "quota", ...sharing.map(({ name }) => `up to ${name}`)],
        ...lines,
      ]);
    })
    .join("\n\n");
}
