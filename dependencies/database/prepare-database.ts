import { readFile } from "node:fs/promises";
import { escapeIdentifier } from "pg";
import { withClient } from "./client";
import { type MigrateOptions, migrate } from "./migrate/migrate";
import { setLocalPasswords } from "./postgres-passwords";

export interface PrepareOptions extends Partial<Pick<MigrateOptions, "load" | "report">> {
  /** Files of SQL. @default none */
  readonly seeds?: readonly string[];
}

/**
 * Makes the database where there is none, its schema, the passwords of its roles, the development data; any number of times.
 * @param url the database, as its superuser
 */
export async function prepareDatabase(
  url: string,
  { seeds = [], report = () => {}, ...options }: PrepareOptions = {},
): Promise<void> {
  const administration = new URL(url);
  const name = administration.pathname.slice(1);
  administration.pathname = "/postgres";
  await withClient(administration.href, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  });
  await migrate({ ...options, database: { connectionString: url }, direction: "up", report });
  await setLocalPasswords(url);
  await seed(url, seeds);
}

/** Runs files of SQL, one after the other. @param url the migrated database, as its superuser */
export async function seed(url: string, files: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const file of files) await client.query(await readFile(file, "utf8"));
  });
}
