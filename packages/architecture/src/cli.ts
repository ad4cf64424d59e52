import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, makeFolder, readAssembly, runBin } from "@platform/terraform";
import { Command } from "commander";
import { version } from "../package.json";
import { draw, scenes } from "./pictures";
import { Synthesis } from "./synthesis";

interface Options {
  readonly out: string;
  readonly name: string;
  readonly prefix: string;
}

const program = new Command("architecture")
  .description("Draws what Terraform would build on AWS: one picture of everything, and one of each stack.")
  .version(version)
  .argument("<cdktf.out>", "what cdktf synthesized")
  .option("--out <folder>", "where the pictures go", ".")
  .option("--name <name>", "what titles call it all, such as an environment", "all stacks")
  .option("--prefix <text>", "what all stacks' names begin with: only those are drawn, and titles leave it out", "")
  .action(async (synthesized: string, { out, name, prefix }: Options) => {
    const stacks = readAssembly(synthesized).filter((stack) => stack.name.startsWith(prefix));
    if (stacks.length === 0) throw new InputError(`no stack in ${synthesized} has a name that begins with ${prefix}`);
    makeFolder(out);
    for (const [file, scene] of scenes(new Synthesis(stacks), { name, prefix })) {
      await writeFile(join(out, file), draw(scene));
      process.stdout.write(`${join(out, file)}\n`);
    }
  });

await runBin(() => program.parseAsync());
