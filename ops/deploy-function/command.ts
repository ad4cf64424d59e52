import { readFile } from "node:fs/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { Command, Option } from "commander";
import { type Environment, functionSettings } from "../../config/environment";
import { artifactsBucketName, functionBundle, functionName, releaseAlarmNames } from "../../config/names";
import { deployedFunctions, eventServices } from "../../config/service";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { positiveNumber, repeated } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption, servicesArgument } from "../program/options";
import { startReleaseFile } from "../program/release-file";
import { deployFunction } from "./deploy-function";

interface Options {
  readonly environment: Environment;
  readonly firstPercent: number;
  readonly watch: number;
  readonly interval: number;
  readonly despiteAlarm: readonly string[];
  readonly releases: string;
  readonly json?: boolean;
}

/**
 * A minute's errors are whole after the minute and seen up to three minutes later; a share that begins within a minute waits for the
 * next one as well. https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
 */
const watchSeconds = 60 + 60 + 180;

const deployed = deployedFunctions(services).map(({ name }) => name);
const events: readonly string[] = eventServices(services).map(({ name }) => name);

const program = new Command("deploy-function")
  .description("Releases the built code of functions: first share, all requests, back when an alarm fires.")
  .addArgument(servicesArgument(deployed))
  .addOption(environmentOption())
  .option("--first-percent <percent>", "share of the requests that the new version gets first", positiveNumber(100), 10)
  .addOption(
    new Option("--watch <seconds>", "watch the alarms and the new version's own errors at each share for")
      .env("RELEASE_WATCH_SECONDS")
      .argParser(positiveNumber())
      .default(watchSeconds),
  )
  .addOption(intervalOption(10))
  .option("--despite-alarm <name>", "release though this alarm fires; repeatable", repeated(String), [])
  .option("--releases <file>", "write what was released, for roll-back", "build/releases.json")
  .option("--json", "print what was released as JSON on stdout")
  .addHelpText("after", "\nRunning it again finishes what a killed run began. A cancelled run rolls back first.")
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const [names = []] = program.parse().processedArgs as [(readonly string[])?];
    const { environment, firstPercent, watch, interval, despiteAlarm, releases: file, json } = program.opts<Options>();
    const settings = clientSettings(environment.region);
    const clients = {
      s3: reportRetries(new S3Client(settings), report),
      lambda: reportRetries(new LambdaClient(settings), report),
      cloudwatch: reportRetries(new CloudWatchClient(settings), report),
    };
    const { releases, onRelease } = await startReleaseFile(file, environment.name);
    for (const service of names.length > 0 ? names : deployed) {
      const path = functionBundle(service);
      const zip = await readFile(path).catch(() => {
        throw new Failure(`${path} must exist: make build`);
      });
      await deployFunction(
        {
          ...clients,
          environment: environment.name,
          service,
          zip,
          name: functionName(environment.name, service),
          bucket: artifactsBucketName(environment.name, environment.account),
          alarms: releaseAlarmNames(environment.name, service).filter((name) => !despiteAlarm.includes(name)),
          warmInstances: functionSettings(environment, service).provisionedConcurrency,
          // A tenth of the messages of a rare queue is none, and a delivery that fails costs time alone: it comes again.
          firstShare: events.includes(service) ? 1 : firstPercent / 100,
          watchFor: watch,
          interval: interval * 1_000,
          report,
          onRelease,
        },
        cancelled,
      );
    }
    if (json) printJson(releases);
  },
  { explain: explainAwsError },
);
