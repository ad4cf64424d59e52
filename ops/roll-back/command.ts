import { existsSync } from "node:fs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { Command } from "commander";
import { type Environment, functionSettings } from "../../config/environment";
import { functionName, workerName, workersClusterName } from "../../config/names";
import { Failure } from "../../runtime/failure";
import { runProgram } from "../../runtime/program";
import { report } from "../../runtime/terminal";
import { rollBack } from "../deploy-function/roll-back";
import { rollBack as rollBackWorker } from "../deploy-workers/roll-back";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption } from "../program/options";
import { type Release, readReleases } from "../program/release-file";

interface Options {
  readonly environment: Environment;
  readonly releases: string;
  readonly workerReleases: string;
  readonly interval: number;
}

const program = new Command("roll-back")
  .description(
    "Takes back what deploy-workers and deploy-function released: the image before, all requests to the version before.",
  )
  .addOption(environmentOption())
  .option("--releases <file>", "what deploy-function wrote", "build/releases.json")
  .option("--worker-releases <file>", "what deploy-workers wrote, if it ran", "build/worker-releases.json")
  .addOption(intervalOption(5))
  .addHelpText("after", "\nA release that is not live any more stays as it is.")
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const { environment, releases, workerReleases, interval: seconds } = program.parse().opts<Options>();
    const settings = clientSettings(environment.region);
    const interval = seconds * 1_000;
    // What was released last goes first. Where functions failed, no worker was released.
    const workers = existsSync(workerReleases) ? await releasesOf(environment, workerReleases) : [];
    const functions = await releasesOf(environment, releases);
    const faults: unknown[] = [];
    // What cannot be taken back keeps nothing else from it.
    const attempt = async (work: Promise<unknown>) => {
      await work.catch((fault) => faults.push(fault));
      cancelled.throwIfAborted();
    };
    const ecs = reportRetries(new ECSClient(settings), report);
    for (const release of workers) {
      const { service } = release;
      const name = workerName(environment.name, service);
      const watch = { ecs, cluster: workersClusterName(environment.name), name, service, interval, report };
      await attempt(rollBackWorker(watch, release, cancelled));
    }
    const lambda = reportRetries(new LambdaClient(settings), report);
    for (const release of functions) {
      const warmInstances = functionSettings(environment, release.service).provisionedConcurrency;
      const name = functionName(environment.name, release.service);
      await attempt(rollBack({ lambda, name, interval, report, warmInstances }, release, cancelled));
    }
    for (const fault of faults.slice(1)) report(fault instanceof Error ? fault.message : String(fault));
    if (faults.length > 0) throw faults[0];
  },
  { explain: explainAwsError },
);

/** What a job released, the latest first. @throws Failure when it was another environment's */
async function releasesOf({ name }: Environment, file: string): Promise<readonly Release[]> {
  const { environment: released, releases } = await readReleases(file);
  if (released !== name) throw new Failure(`--releases must be of ${name}, got a file of ${released}: ${file}`);
  return releases.toReversed();
}
