import { join } from "node:path";
import { temporaryFolder } from "@platform/terraform";
import { Command } from "commander";
import type { ClientConfig } from "pg";
import { type PostgresServer, startPostgres } from "../../dependencies/database/postgres";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { check } from "./check";

const program = new Command("migrate-check")
  .description(
    "Checks migrations: names and order, unsafe SQL, and each one up, down and up on a throwaway PostgreSQL.",
  )
  .option("--folder <path>", "where the migrations are", "migrations")
  .option("--json", "print the faults as JSON")
  .exitOverride();

await runProgram(async () => {
  const { folder, json } = program.parse().opts<{ folder: string; json?: true }>();
  const started = performance.now();
  const data = temporaryFolder("migrate-check");
  let server: PostgresServer | undefined;
  const emptyDatabase = async (): Promise<ClientConfig> => {
    server = await startPostgres({ folder: join(data.path, "postgres"), durable: false });
    return { connectionString: server.url("postgres") };
  };
  const faults = await check({ folder, emptyDatabase }).finally(async () => {
    await server?.stop();
    data.remove();
  });
  if (json) process.stdout.write(`${JSON.stringify(faults)}\n`);
  if (faults.length > 0) {
    throw new Failure(faults.map(({ file, message }) => `${join(folder, file)}: ${message}`).join("\n"));
  }
  if (!json) process.stdout.write(`migrations are safe (${Math.round(performance.now() - started)} ms)\n`);
});
