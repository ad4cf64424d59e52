import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type PostgresOptions, type PostgresServer, startPostgres } from "../dependencies/database/postgres";
import { postgresUrl } from "./test-run";

/** The migrated database that testDatabase() clones. */
export const template = "template_migrated";

export interface TestDatabase {
  readonly name: string;
  /** As the superuser. */
  readonly adminUrl: string;
  readonly preferencesUrl: string;
  readonly loyaltyUrl: string;
  /** As a role that services connect as. */
  urlAs(role: string): string;
  /** Ends its sessions and drops it. */
  drop(): Promise<void>;
}

/** A database of its own for the caller, with every migration applied, on the one server of this jest run. */
export function testDatabase(): Promise<TestDatabase> {
  return cloned(template);
}

/** As testDatabase(), with no migration applied. */
export function emptyDatabase(): Promise<TestDatabase> {
  return cloned("template0");
}

async function cloned(source: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString("hex")}`;
  const server = await postgresUrl();
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${source}`);
  return {
    name,
    adminUrl: databaseUrl(server, name),
    preferencesUrl: databaseUrl(server, name, "preferences_app"),
    loyaltyUrl: databaseUrl(server, name, "loyalty_app"),
    urlAs: (role) => databaseUrl(server, name, role),
    drop: async () => {
      await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** A server of the test's own, empty, to stop, kill and start again with `startPostgres` on its folder and port. */
export async function testServer(
  options: Omit<PostgresOptions, "folder"> = {},
): Promise<PostgresServer & { readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const server = await startPostgres({ durable: false, ...options, folder: join(folder, "data") });
  const remove = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...server, folder: join(folder, "data"), remove };
}

function databaseUrl(server: string, database: string, user?: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (user) url.username = user;
  return url.href;
}

/** Runs one statement over a connection of its own. @returns its rows */
export async function query(url: string, statement: string) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}
