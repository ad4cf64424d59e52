import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import type { Environment } from "../../config/environment";
import { services } from "../../config/services";
import { runProgram } from "../../runtime/program";
import { environmentOption } from "../program/options";
import { permissionRows, permissionsPage } from "./page";

interface Options {
  readonly environment: Environment;
  readonly out?: string;
  readonly json?: boolean;
}

const program = new Command("permissions")
  .description("Shows, for each role of the pipeline: action, resource, condition, and the job that needs it.")
  .addOption(environmentOption())
  .option("--out <file>", "write the page to a file instead of stdout")
  .option("--json", "print rows as JSON")
  .exitOverride();

await runProgram(async () => {
  const { environment, out, json } = program.parse().opts<Options>();
  const text = json
    ? `${JSON.stringify(permissionRows(environment, services))}\n`
    : permissionsPage(environment, services);
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
});
