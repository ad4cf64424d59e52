import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { Command, Option } from "commander";
import { type Environment, workerSettings } from "../../config/environment";
import { imageRepositoryName, workerName, workersClusterName } from "../../config/names";
import { deployedWorkers } from "../../config/service";
import { services } from "../../config/services";
import { positiveNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { imagePaths, readImageFile } from "../image/image-file";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption, servicesArgument } from "../program/options";
import { startReleaseFile } from "../program/release-file";
import { deployWorker } from "./deploy-worker";

interface Options {
  readonly environment: Environment;
  readonly images: string;
  readonly timeLimit: number;
  readonly interval: number;
  readonly releases: string;
  readonly json?: boolean;
}

const deployed = deployedWorkers(services).map(({ name }) => name);

const program = new Command("deploy-workers")
  .description("Releases the built images of workers: a new revision, until the service runs nothing else, or back.")
  .addArgument(servicesArgument(deployed))
  .addOption(environmentOption())
  .option("--images <folder>", "where make image left the images", "build/images")
  .addOption(
    new Option("--time-limit <seconds>", "for one worker's tasks to be replaced")
      .env("WORKER_TIME_LIMIT")
      .argParser(positiveNumber())
      .default(1_800),
  )
  .addOption(intervalOption(5))
  .option("--releases <file>", "write what was released, for roll-back", "build/worker-releases.json")
  .option("--json", "print what was released as JSON on stdout")
  .addHelpText("after", "\nRunning it again finishes what a killed run began. A cancelled run rolls back first.")
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const [names = []] = program.parse().processedArgs as [(readonly string[])?];
    const { environment, images, timeLimit, interval, releases: file, json } = program.opts<Options>();
    const wanted = names.length > 0 ? names : deployed;
    const found = await Promise.all(wanted.map((service) => readImageFile(imagePaths(service, images).description)));
    const settings = clientSettings(environment.region);
    const ecs = reportRetries(new ECSClient(settings), report);
    const ecr = reportRetries(new ECRClient(settings), report);
    const { releases, onRelease } = await startReleaseFile(file, environment.name);
    for (const image of found) {
      const { service } = image;
      await deployWorker(
        {
          ecs,
          ecr,
          cluster: workersClusterName(environment.name),
          name: workerName(environment.name, service),
          service,
          repository: imageRepositoryName(environment.name, service),
          image,
          minTasks: workerSettings(environment, service).minTasks,
          timeLimit,
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
