import { Command, Option } from "commander";
import type { Environment } from "../../config/environment";
import { deployedFunctions } from "../../config/service";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { positiveNumber, wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { environmentOption, intervalOption } from "../program/options";
import { serviceChecks, smokeTest } from "./smoke-test";

interface Options {
  readonly environment: Environment;
  readonly url?: string;
  readonly timeLimit: number;
  readonly interval: number;
  readonly inARow: number;
  readonly json?: boolean;
}

const program = new Command("smoke-test")
  .description("Asks the deployed services what they must be able to answer. Needs no AWS credentials.")
  .addOption(environmentOption())
  .addOption(
    new Option("--url <origin>", "where the API answers; the environment's domain unless given").env("SMOKE_TEST_URL"),
  )
  .addOption(
    new Option("--time-limit <seconds>", "give one check at most")
      .env("SMOKE_TEST_TIME_LIMIT")
      .argParser(positiveNumber())
      .default(60),
  )
  .addOption(intervalOption(2))
  .option("--in-a-row <count>", "right answers that a check wants", wholeNumber(1), 3)
  .option("--json", "print the results as JSON on stdout")
  .exitOverride();

await runProgram(async (cancelled) => {
  const { environment, url, timeLimit, interval, inARow, json } = program.parse().opts<Options>();
  const origin = url ?? `https://${environment.api.domain}`;
  if (!URL.canParse(origin)) throw new Failure(`--url must be a URL such as https://api.example.com, got ${origin}`);
  const results = await smokeTest(
    deployedFunctions(services).flatMap(serviceChecks),
    {
      url: origin,
      timeLimit,
      interval: interval * 1_000,
      inARow,
      answerWithin: environment.api.integrationTimeout + 1,
      report,
    },
    cancelled,
  );
  if (json) printJson(results);
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) throw new Failure(`${failed.length} of ${results.length} checks failed`);
});
