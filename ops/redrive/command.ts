import { SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import type { Environment } from "../../config/environment";
import { deadLetterQueueName } from "../../config/names";
import { eventServices } from "../../config/service";
import { services } from "../../config/services";
import { runProgram } from "../../runtime/program";
import { print, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption, intervalOption, servicesArgument } from "../program/options";
import { deadLettersOf, redrive, redriveActions } from "./redrive";

interface Options {
  readonly environment: Environment;
  readonly interval: number;
  readonly start?: boolean;
}

const all = eventServices(services).map(({ name }) => name);
const program = new Command("redrive")
  .description("Counts the messages that a function failed on for good, or has SQS bring them to it again.")
  .addArgument(servicesArgument(all))
  .addOption(environmentOption())
  .addOption(intervalOption(2))
  .option("--start", "move them back to the queue that starts the function")
  .addHelpText(
    "after",
    `\nCalls ${redriveActions.join(", ")}. A cancelled run leaves the move to SQS; the next one waits for it.`,
  )
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const [names = []] = program.parse().processedArgs as [(readonly string[])?];
    const { environment, interval, start } = program.opts<Options>();
    const sqs = reportRetries(new SQSClient(clientSettings(environment.region)), report);
    for (const service of names.length > 0 ? names : all) {
      const name = deadLetterQueueName(environment.name, service);
      const { arn, count } = await deadLettersOf(sqs, name);
      print(`${name}: ${count === 0 ? "no dead letters" : `${count} dead letters`}`);
      if (!start || count === 0) continue;
      const onProgress = (line: string) => report(`${name}: ${line}`);
      const moved = await redrive({ sqs, from: arn, interval: interval * 1_000, onProgress }, cancelled);
      print(`${name}: ${moved} moved back`);
    }
  },
  { explain: explainAwsError },
);
