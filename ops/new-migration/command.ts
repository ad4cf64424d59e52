import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { nameFault, timestamp } from "../migrate/names";

const program = new Command("migration")
  .description("Writes a new migration from the template.")
  .argument("<name>", "verb-noun, such as create-users")
  .option("--folder <path>", "where the migrations are", "migrations")
  .exitOverride();

const template = `import type { MigrationBuilder } from "node-pg-migrate";

/** What changes, and why. Old code keeps running on it: expand now, contract in a later migration (docs/migrations.md). */
export function up(pgm: MigrationBuilder): void {
  pgm.sql(\`
  \`);
}

/** Takes back everything up did: make migrate-check compares. */
export function down(pgm: MigrationBuilder): void {
  pgm.sql(\`
  \`);
}
`;

await runProgram(async () => {
  const [name = ""] = program.parse().args;
  const fault = nameFault(name);
  if (fault !== undefined) throw new Failure(fault);
  const file = join(program.opts<{ folder: string }>().folder, `${timestamp(new Date())}_${name}.ts`);
  await writeFile(file, template, { flag: "wx" });
  process.stdout.write(`${file}\n`);
});
