import { Command } from "commander";
import { runProgram } from "../../runtime/program";
import { writeWhole } from "../program/write-whole";
import { migrationsArchive, migrationsArtifact } from "./artifact";

const program = new Command("build-migrations")
  .description(`Writes ${migrationsArchive}: the runner, its packages and the migrations.`)
  .exitOverride();

await runProgram(async () => {
  program.parse();
  const archive = await migrationsArtifact();
  await writeWhole(migrationsArchive, archive);
  process.stdout.write(`${migrationsArchive} ${(archive.byteLength / 1_000).toFixed(0)} kB\n`);
});
