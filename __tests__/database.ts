import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type PostgresOptions, type PostgresServer, startPostgres } from "../dependencies/database/postgres";

/** The migrated database that testDatabase() clones, and the variable in which global-setup.ts says where it stands. */
export const template = "template_migrated";
export const serverVariable = "TEST_POSTGRES_URL";

export interface TestDatabase {
  readonly name: string;
  /** As the superuser. */
  readonly adminUrl: string;
  readonly preferencesUrl: string;
  readonly loyaltyUrl: string;
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
  await administer(`CREATE DATABASE ${name} TEMPLATE ${source}`);
  return {
    name,
    adminUrl: serverUrl(name),
    preferencesUrl: serverUrl(name, "preferences_app"),
    loyaltyUrl: serverUrl(name, "loyalty_app"),
    drop: () => administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
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

function serverUrl(database: string, user?: string): string {
  const value = process.env[serverVariable];
  if (value === undefined) throw new Error(`${serverVariable} is missing: jest.config.mjs starts the server`);
  const url = new URL(value);
  url.pathname = `/${database}`;
  if (user) url.username = user;
  return url.href;
}

async function administer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl("postgres") });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
