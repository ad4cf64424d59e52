import { Client, type ClientConfig } from "pg";
import { type MigrateOptions, migrate } from "../../dependencies/database/migrate/migrate";
import type { Fault } from "../migrate/names";
import { catalog } from "./catalog";

/**
 * Runs each migration up, down and up again on an empty database, and compares what stands in the database: down must
 * leave what stood there before, and the second up what the first one made. Stops at the first that does not.
 */
export async function reverseFaults(
  database: ClientConfig,
  names: readonly string[],
  options: Pick<MigrateOptions, "folder" | "load">,
): Promise<Fault[]> {
  const step = async (direction: "up" | "down") => {
    await migrate({ ...options, database, direction, count: 1, report: () => {} });
    return snapshot(database);
  };
  let before = await snapshot(database);
  for (const name of names) {
    const fault = (message: string): Fault[] => [{ file: `${name}.ts`, message }];
    try {
      const up = await step("up");
      const down = await step("down");
      const left = difference(before, down);
      if (left) return fault(`down must take back everything up did:${left}`);
      const again = await step("up");
      const changed = difference(up, again);
      if (changed) return fault(`up after down must make what the first up made:${changed}`);
      before = again;
    } catch (error) {
      return fault(error instanceof Error ? error.message : String(error));
    }
  }
  return [];
}

async function snapshot(database: ClientConfig): Promise<string[]> {
  const client = new Client(database);
  await client.connect();
  try {
    return await catalog(client);
  } finally {
    await client.end();
  }
}

/** Lines that stand in one only, each on a line of its own; undefined when there are none. */
function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const lines = [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `\n    missing: ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `\n    left over: ${line}`),
  ];
  return lines.length > 0 ? lines.join("") : undefined;
}
