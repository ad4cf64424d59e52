import { Command, Option } from "commander";
import type { Environment } from "../../config/environment";
import { type HttpService, httpServices } from "../../config/service";
import { services } from "../../config/services";
import { Failure } from "../../runtime/failure";
import { positiveNumber, wholeNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { printJson, report } from "../../runtime/terminal";
import { loadServices } from "../program/load-services";
import { environmentOption, intervalOption } from "../program/options";
import { awardTest } from "./award";
import { clientToken } from "./client-token";
import { serviceChecks, smokeTest } from "./smoke-test";

interface Options {
  readonly environment: Environment;
  readonly url?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly timeLimit: number;
  readonly interval: number;
  readonly inARow: number;
  readonly json?: boolean;
}

const program = new Command("smoke-test")
  .description(
    "Asks the deployed services what they must be able to answer. Needs no AWS credentials, but a client at the issuer of the environment's callers, where it has one (SMOKE_TEST_CLIENT_ID, SMOKE_TEST_CLIENT_SECRET), and a user who may transact (SMOKE_TEST_USERNAME, SMOKE_TEST_PASSWORD).",
  )
  .addOption(environmentOption())
  .addOption(
    new Option("--url <origin>", "where the API answers; the environment's domain unless given").env("SMOKE_TEST_URL"),
  )
  .addOption(
    new Option("--issuer <url>", "whose tokens the API takes; the environment's unless given").env("SMOKE_TEST_ISSUER"),
  )
  .addOption(
    new Option("--audience <uri>", "what tokens are made for; the environment's unless given").env(
      "SMOKE_TEST_AUDIENCE",
    ),
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

const deployed = httpServices(services);

await runProgram(async (cancelled) => {
  const { environment, url, timeLimit, interval, inARow, json, ...given } = program.parse().opts<Options>();
  const origin = url ?? `https://${environment.api.domain}`;
  if (!URL.canParse(origin)) throw new Failure(`--url must be a URL such as https://api.example.com, got ${origin}`);
  const answerWithin = environment.api.integrationTimeout + 1;
  const configured = environment.api.callers === "open" ? undefined : environment.api.callers;
  const { issuer = configured?.issuer, audience = configured?.audience } = given;
  const client = issuer && audience ? await ownClient(issuer, audience, answerWithin) : undefined;
  const user = transacting(deployed);
  const declared = await loadServices(deployed);
  const healthyOf = (name: string) => {
    const service = declared.get(name);
    return service?.kind === "http" ? service.form?.healthy : undefined;
  };
  const options = { url: origin, timeLimit, interval: interval * 1_000, answerWithin, report };
  const results = await smokeTest(
    deployed.flatMap((service) => serviceChecks(service, healthyOf(service.name), client?.id)),
    { ...options, inARow, token: client?.token },
    cancelled,
  );
  if (user !== undefined) results.push(await awardTest({ ...options, ...user }, cancelled));
  if (json) printJson(results);
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length > 0) throw new Failure(`${failed.length} of ${results.length} checks failed`);
});

/** The smoke test's client at the issuer, and a token of it. The secret comes by the environment alone: `ps` shows options. */
async function ownClient(issuer: string, audience: string, answerWithin: number) {
  const { SMOKE_TEST_CLIENT_ID: clientId, SMOKE_TEST_CLIENT_SECRET: clientSecret } = process.env;
  if (!clientId || !clientSecret) {
    throw new Failure(
      `the API takes tokens of ${issuer}: set SMOKE_TEST_CLIENT_ID and SMOKE_TEST_CLIENT_SECRET to a client that it knows (docs/runbooks/first-deployment.md)`,
    );
  }
  return { id: clientId, token: await clientToken({ issuer, audience, clientId, clientSecret, answerWithin }) };
}

/** Who makes a transaction, and where; undefined where no service takes one. The password comes by the environment alone. */
function transacting(deployed: readonly HttpService[]) {
  const pathOf = (name: string) => deployed.find((service) => service.name === name)?.path;
  const [authentication, transactions] = [pathOf("authentication"), pathOf("transactions")];
  if (authentication === undefined || transactions === undefined) return undefined;
  const { SMOKE_TEST_USERNAME: username, SMOKE_TEST_PASSWORD: password } = process.env;
  if (!username || !password) {
    throw new Failure(
      "the smoke test makes a transaction: set SMOKE_TEST_USERNAME and SMOKE_TEST_PASSWORD, for the job migrate too, which writes that user (docs/runbooks/first-deployment.md)",
    );
  }
  return { username, password, paths: { authentication, transactions } };
}
