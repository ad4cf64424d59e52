import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "../dependencies/database/migrate/migrate";
import { startPostgres } from "../dependencies/database/postgres";
import { setLocalPasswords } from "../dependencies/database/postgres-passwords";
import { template } from "./database";

// The one PostgreSQL of a jest run, with one migrated database that testDatabase() clones. It ends with the run, however
// that ends: its channel to jest closes.
const ended = once(process, "disconnect");
const folder = await mkdtemp(join(tmpdir(), "postgres-"));
const server = await startPostgres({ folder: join(folder, "data"), durable: false });
try {
  const client = new Client({ connectionString: server.url("postgres") });
  await client.connect();
  await client.query(`CREATE DATABASE ${template}`);
  await client.end();
  await migrate({ database: { connectionString: server.url(template) }, direction: "up", report: () => {} });
  await setLocalPasswords(server.url("postgres"));
  if (process.connected) process.send?.(server.url("postgres"));
  await ended;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
