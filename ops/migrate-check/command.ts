import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import type { ClientConfig } from "pg";
import { type PostgresServer, startPostgres } from "../../dependencies/database/postgres";
import type { Fault } from "../migrate/names";
import { check } from "./check";

const program = new Command("migrate-check")
  .description(
    "Checks migrations: names and order, unsafe SQL, and each one up, down and up on a throwaway PostgreSQL.",
  )
  .option("--folder <path>", "where the migrations stand", "migrations")
  .option("--json", "print the faults as JSON")
  .parse();
const { folder, json } = program.opts<{ folder: string; json?: true }>();

async function checkOnThrowaway(): Promise<Fault[]> {
  const place = await mkdtemp(join(tmpdir(), "migrate-check-"));
  let server: PostgresServer | undefined;
  const emptyDatabase = async (): Promise<ClientConfig> => {
    server = await startPostgres({ folder: join(place, "data"), durable: false });
    return { connectionString: server.url("postgres") };
  };
  try {
    return await check({ folder, emptyDatabase });
  } finally {
    await server?.stop();
    await rm(place, { recursive: true, force: true });
  }
}

try {
  const started = performance.now();
  const faults = await checkOnThrowaway();
  if (json) process.stdout.write(`${JSON.stringify(faults)}\n`);
  else {
    for (const { file, message } of faults) process.stderr.write(`${join(folder, file)}: ${message}\n`);
    if (faults.length === 0)
      process.stdout.write(`migrations are safe (${Math.round(performance.now() - started)} ms)\n`);
  }
  if (faults.length > 0) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`migrate-check: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
