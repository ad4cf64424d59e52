import { Command, Option } from "commander";
import { services } from "../../config/services";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { servicesArgument } from "../program/options";
import type { BaseChoice } from "./base";
import { buildImage } from "./build-image";
import type { ImageFile, Platform } from "./image-file";

interface Options {
  readonly platform: Platform;
  readonly base: BaseChoice;
  readonly out: string;
  readonly json?: boolean;
}

const workers = services.filter(({ kind }) => kind === "worker").map(({ name }) => name);

const program = new Command("image")
  .description("Builds the images of workers as OCI archives, with a bill of materials and their provenance.")
  .addArgument(servicesArgument(workers))
  .addOption(
    new Option("--platform <platform>", "the processor that it runs on")
      .env("PLATFORM")
      .choices(["linux/arm64", "linux/amd64"])
      // Fargate's, in constructs/.
      .default("linux/arm64"),
  )
  .addOption(
    new Option(
      "--base <origin>",
      "where the image to build on comes from; one that is made here (local) is never deployed",
    )
      .env("IMAGE_BASE")
      .choices(["registry", "local", "any"])
      .default("any", "a registry if one answers"),
  )
  .option("--out <folder>", "where they go", "build/images")
  .option("--json", "print what was built as JSON on stdout")
  .addHelpText(
    "after",
    "\nIt uses buildah, podman or docker, whichever works here, and installs buildah where none does.",
  )
  .exitOverride();

await runProgram(async () => {
  const [names = []] = program.parse().processedArgs as [(readonly string[])?];
  const { platform, base, out: folder, json } = program.opts<Options>();
  const built: ImageFile[] = [];
  for (const { name: service, entry } of services) {
    if (!(names.length > 0 ? names : workers).includes(service)) continue;
    built.push(await buildImage({ service, entry, platform, base, folder, shell: process.env, report }));
  }
  if (json) printJson(built);
});
