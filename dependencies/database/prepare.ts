import { Client, escapeIdentifier } from "pg";
import { migrate } from "./migrate/migrate";
import { setLocalPasswords } from "./postgres-passwords";
import { seed } from "./seed";

/** Makes the database where there is none, its schema, the passwords of its roles, the development data; any number of times. */
const { DATABASE_URL: url = "", SEEDS = "" } = process.env;
const report = (line: string) => process.stdout.write(`${line}\n`);

async function makeDatabase(): Promise<void> {
  const administration = new URL(url);
  const name = administration.pathname.slice(1);
  administration.pathname = "/postgres";
  const client = new Client({ connectionString: administration.href });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

try {
  await makeDatabase();
  await migrate({ database: { connectionString: url }, direction: "up", report });
  await setLocalPasswords(url);
  await seed(
    url,
    SEEDS.split(",").filter((file) => file !== ""),
  );
} catch (error) {
  report(error instanceof Error ? [error.message, error.cause].filter(Boolean).join("\n") : String(error));
  process.exitCode = 1;
}
