import { readdir } from "node:fs/promises";
import type { ClientConfig } from "pg";
import { withClient } from "../client";
import { migrationName } from "./migration";

export interface Status {
  readonly name: string;
  /** When it ran; absent while it waits. */
  readonly ranAt?: string;
  /** Whether the database has it and the folder does not: it ran from another version of the source. */
  readonly missing?: true;
}

/** Every migration of the folder and of the database, in order. Changes nothing. */
export async function status(database: ClientConfig, folder: string): Promise<Status[]> {
  const names = (await readdir(folder)).filter((file) => /^\d{17}_.*\.(ts|mjs)$/.test(file)).map(migrationName);
  const ran = await applied(database);
  return [...new Set([...ran.keys(), ...names])].sort().map((name) => {
    const ranAt = ran.get(name)?.toISOString();
    return { name, ...(ranAt && { ranAt }), ...(!names.includes(name) && { missing: true }) };
  });
}

function applied(database: ClientConfig): Promise<ReadonlyMap<string, Date>> {
  return withClient({ connectionTimeoutMillis: 15_000, ...database }, async (client) => {
    const exists = await client.query(
      "SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'pgmigrations'",
    );
    if (exists.rowCount === 0) return new Map();
    const { rows } = await client.query<{ name: string; at: Date }>(
      "SELECT name, run_on AT TIME ZONE current_setting('TimeZone') AS at FROM public.pgmigrations",
    );
    return new Map(rows.map(({ name, at }) => [name, at]));
  });
}
