import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Command, Option } from "commander";
import type { Environment } from "../../config/environment";
import { type PipelineRoleName, pipelineRoles } from "../../permissions/roles";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { environmentOption } from "../program/options";
import { profile } from "./profile";

interface Options {
  readonly environment: Environment;
  readonly role: PipelineRoleName;
}

const program = new Command("aws-profile")
  .description("Lets a job act as its role: writes the profile `pipeline` to the file that AWS_CONFIG_FILE names.")
  .addOption(environmentOption())
  .addOption(new Option("--role <role>", "what kind of job it is").choices([...pipelineRoles]).makeOptionMandatory())
  .exitOverride();

await runProgram(async () => {
  const { environment, role } = program.parse().opts<Options>();
  const file = process.env.AWS_CONFIG_FILE;
  if (file === undefined) throw new Failure("AWS_CONFIG_FILE must name a file below the job's own folder, got nothing");
  const tokenFile = join(dirname(file), "token");
  const { config, token } = profile(environment, role, { variables: process.env, tokenFile });
  await mkdir(dirname(file), { recursive: true });
  // Key and token are in them: readable by the job alone.
  await writeFile(file, config, { mode: 0o600 });
  if (token !== undefined) await writeFile(tokenFile, token, { mode: 0o600 });
  process.stderr.write(`acting as the role ${role} of ${environment.name}\n`);
});
