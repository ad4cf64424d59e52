import { Command } from "commander";
import { migrate } from "../../dependencies/database/migrate/migrate";
import { status } from "../../dependencies/database/migrate/status";
import { wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { print, printJson } from "../../runtime/terminal";
import { ensureAudit } from "./audit";
import { connection, explainConnectionError } from "./connection";

const program = new Command("migrate")
  .description(
    "Brings a database to the schema of migrations/, or back. Where: DATABASE_URL, or see docs/migrations.md.",
  )
  .option("--folder <path>", "where the migrations are", "migrations")
  .exitOverride();
const folder = () => program.opts<{ folder: string }>().folder;

program
  .command("up")
  .description("run every migration the database lacks")
  .option("--count <n>", "run at most n", wholeNumber(1))
  .action(({ count }: { count?: number }) => run("up", count));

program
  .command("down")
  .description("take back the latest migration")
  .option("--count <n>", "take back the latest n", wholeNumber(1))
  .action(({ count }: { count?: number }) => run("down", count));

program
  .command("status")
  .description("list the migrations and when each ran; changes nothing")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: true }) => {
    const migrations = await status(await connection(process.env), folder());
    if (json) printJson(migrations);
    else
      for (const { name, ranAt, missing } of migrations) {
        print(`${ranAt ?? "waits                   "}  ${name}${missing ? "  (not in this source)" : ""}`);
      }
  });

async function run(direction: "up" | "down", count: number | undefined): Promise<void> {
  const database = await connection(process.env);
  if (direction === "up") await ensureAudit(database, print);
  const done = await migrate({
    database,
    folder: folder(),
    direction,
    ...(count !== undefined && { count }),
    report: print,
  });
  print(done.length === 0 ? "nothing to do" : `${done.length} done`);
}

await runProgram(() => program.parseAsync(), { explain: explainConnectionError });
