import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { production } from "../../config/environments/production";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { pictures } from "./pictures";

const program = new Command("picture")
  .description(
    "Draws the production environment, each of its stacks and the local platform, from the stacks themselves.",
  )
  .option("--folder <path>", "where the pictures go", "docs");

await runProgram(async () => {
  const { folder } = program.exitOverride().parse().opts<{ folder: string }>();
  await mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new Failure(`--folder must be a folder that can be written, got ${folder}: ${error.message}`);
  });
  for (const [name, picture] of pictures(production, services)) {
    const file = join(folder, name);
    await writeFile(file, picture);
    process.stdout.write(`${file}\n`);
  }
});
