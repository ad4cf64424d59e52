import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { services } from "../../config/services";
import { runProgram } from "../../runtime/program";
import { loadServices } from "../program/load-services";
import { configurationPage } from "./page";

const program = new Command("configuration")
  .description("Writes the page of every service's environment variables, from the schemas that read them.")
  .option("--out <file>", "where to", "docs/configuration.md")
  .exitOverride();

await runProgram(async () => {
  const { out } = program.parse().opts<{ out: string }>();
  await writeFile(out, configurationPage(await loadServices(services)));
  process.stdout.write(`${out}\n`);
});
