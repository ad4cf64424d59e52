import { rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { Command, Option } from "commander";
import { version } from "../package.json";
import { runBin } from "./bin";
import { InputError } from "./input-error";
import { installRelease } from "./release";
import { isSupported, supported, terraformVersion } from "./version";

const site = "https://developer.hashicorp.com/terraform/install";

interface Options {
  readonly folder: string;
  readonly releases: string;
}

async function install({ folder, releases: base }: Options): Promise<void> {
  const own = resolve(folder);
  const installed = join(own, "terraform");
  // The folder may be on the PATH; the question is what the machine has without it.
  const paths = (process.env.PATH ?? "").split(delimiter).filter((path) => path !== own);
  const found = await versionOf("terraform", { ...process.env, PATH: paths.join(delimiter) });
  if (isSupported(found)) return rmSync(installed, { force: true });
  if (isSupported(await versionOf(installed, process.env))) return;
  await installRelease({ folder: own, base }).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    const has = `Terraform ${supported} or newer is needed, the PATH has ${found || "none"}`;
    throw new InputError(`${has}, and ${error.message}: install it from ${site}`);
  });
}

async function versionOf(terraform: string, env: NodeJS.ProcessEnv): Promise<string> {
  return (await terraformVersion(terraform, env).catch(() => undefined)) ?? "";
}

const program = new Command("install-terraform")
  .description(
    `Makes sure that there is a Terraform ${supported} or newer: the one on the PATH, or else a pinned release in a folder, checked against its SHA-256.`,
  )
  .version(version)
  .option("--folder <folder>", "where the release goes, unless it has one that is new enough", ".tools")
  .addOption(
    new Option("--releases <url>", "a mirror of the releases")
      .env("TERRAFORM_RELEASES")
      .default("https://releases.hashicorp.com/terraform"),
  )
  .action(install);

await runBin(() => program.parseAsync());
