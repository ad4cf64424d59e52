import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Command } from "commander";
import { migrationsArchive, migrationsArtifact } from "./artifact";

new Command("build-migrations")
  .description(`Writes ${migrationsArchive}: the runner, its packages and the migrations.`)
  .parse();

try {
  const archive = await migrationsArtifact();
  const partial = `${migrationsArchive}.${process.pid}`;
  await mkdir(dirname(migrationsArchive), { recursive: true });
  await writeFile(partial, archive);
  // Whole or not at all: a synthesis beside it never reads half of one.
  await rename(partial, migrationsArchive);
  process.stdout.write(`${migrationsArchive} ${(archive.byteLength / 1_000).toFixed(0)} kB\n`);
} catch (error) {
  process.stderr.write(`build-migrations: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
