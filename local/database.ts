import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Client, escapeIdentifier } from "pg";
import { ending } from "../dependencies/server";

export interface MigrateOptions {
  /** The database, as the superuser; it is made when it does not exist. */
  readonly url: string;
  /** Node's arguments that run the migrations against DATABASE_URL. */
  readonly runner: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** Makes the database where there is none, and brings it to the schema of `migrations/`. Throws with the last lines. */
export async function migrate({ url, runner, environment, log }: MigrateOptions): Promise<void> {
  await makeDatabase(url);
  const lines: string[] = [];
  const child = spawn(process.execPath, runner, {
    env: { ...environment, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lines.push(line);
      log(line);
    });
  }
  const end = await new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(ending(code, signal)));
  });
  if (end !== "exit code 0") throw new Error(`the migrations failed (${end}): ${lines.slice(-3).join(" | ")}`);
}

async function makeDatabase(url: string): Promise<void> {
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
