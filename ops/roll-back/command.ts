import { LambdaClient } from "@aws-sdk/client-lambda";
import { Command } from "commander";
import { type Environment, functionSettings } from "../../config/environment";
import { functionName } from "../../config/names";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { report } from "../../runtime/terminal";
import { readReleases } from "../deploy-function/release-file";
import { rollBack } from "../deploy-function/roll-back";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption } from "../program/options";

interface Options {
  readonly environment: Environment;
  readonly releases: string;
  readonly interval: number;
}

const program = new Command("roll-back")
  .description("Takes back what deploy-function released: all requests to the version before.")
  .addOption(environmentOption())
  .option("--releases <file>", "what deploy-function wrote", "build/releases.json")
  .addOption(intervalOption(5))
  .addHelpText("after", "\nA release that is not live any more stays as it is.")
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const { environment, releases: file, interval } = program.parse().opts<Options>();
    const { environment: released, releases } = await readReleases(file);
    if (released !== environment.name) {
      throw new Failure(`--releases must be of ${environment.name}, got a file of ${released}: ${file}`);
    }
    const lambda = reportRetries(new LambdaClient(clientSettings(environment.region)), report);
    for (const release of releases.toReversed()) {
      const warmInstances = functionSettings(environment, release.service).provisionedConcurrency;
      const name = functionName(environment.name, release.service);
      await rollBack({ lambda, name, interval: interval * 1_000, report, warmInstances }, release, cancelled);
    }
  },
  { explain: explainAwsError },
);
