import { Command, InvalidArgumentError } from "commander";
import { migrate } from "../../dependencies/database/migrate/migrate";
import { connection, connectionFault } from "./connection";
import { status } from "./status";

const print = (line: string) => process.stdout.write(`${line}\n`);

function positive(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError(`It must be 1 or more, got ${value}.`);
  return count;
}

const program = new Command("migrate")
  .description(
    "Brings a database to the schema of migrations/, or back. Where: DATABASE_URL, or see docs/migrations.md.",
  )
  .option("--folder <path>", "where the migrations stand", "migrations");

program
  .command("up")
  .description("run every migration the database lacks")
  .option("--count <n>", "run at most n", positive)
  .action(async ({ count }: { count?: number }) => {
    await run("up", count);
  });

program
  .command("down")
  .description("take back the latest migration")
  .option("--count <n>", "take back the latest n", positive)
  .action(async ({ count }: { count?: number }) => {
    await run("down", count);
  });

program
  .command("status")
  .description("list the migrations and when each ran; changes nothing")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const migrations = await status(await connection(process.env), folder());
    if (json) print(JSON.stringify(migrations));
    else
      for (const { name, ranAt, missing } of migrations) {
        print(`${ranAt ?? "waits                   "}  ${name}${missing ? "  (not in this source)" : ""}`);
      }
  });

function folder(): string {
  return program.opts<{ folder: string }>().folder;
}

async function run(direction: "up" | "down", count: number | undefined): Promise<void> {
  const done = await migrate({
    database: await connection(process.env),
    folder: folder(),
    direction,
    ...(count !== undefined && { count }),
    report: print,
  });
  print(done.length === 0 ? "nothing to do" : `${done.length} done`);
}

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`migrate: ${connectionFault(error, process.env) ?? message}\n`);
  if (error instanceof Error && typeof error.cause === "string") process.stderr.write(`${error.cause}\n`);
  process.exitCode = 1;
}
