import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { configurationPage } from "./page";

const program = new Command("configuration")
  .description("Writes the page of every service's environment variables, from the schemas that read them.")
  .option("--out <file>", "where to", "docs/configuration.md")
  .action(async ({ out }: { out: string }) => {
    await writeFile(out, configurationPage());
    process.stdout.write(`${out}\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`configuration: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
