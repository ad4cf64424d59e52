import type { Capacity } from "./capacity";

const columns: readonly (readonly [title: string, cell: (held: Capacity) => string])[] = [
  ["environment", ({ environment }) => environment],
  ["concurrency", ({ concurrency }) => `${concurrency}`],
  ["connections", ({ connections }) => `${connections.wanted} of ${connections.proxy}`],
  ["database accepts", ({ connections }) => `${connections.database}`],
  ["addresses a private subnet", ({ addresses }) => `${addresses.wanted} of ${addresses.offered}`],
  ["an isolated one", ({ databaseAddresses }) => `${databaseAddresses.wanted} of ${databaseAddresses.offered}`],
  [
    "borrow + statement < function < gateway",
    ({ timeouts }) => `${timeouts.query} < ${timeouts.function} < ${timeouts.gateway} s`,
  ],
];

/** A table with a line each environment: what it would use at full load, of what it has. */
export function capacityTable(rows: readonly Capacity[]): string {
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
