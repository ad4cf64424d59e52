import { createInterface } from "node:readline";
import { RDSDataClient } from "@aws-sdk/client-rds-data";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { Command, Option } from "commander";
import type { Environment } from "../../config/environment";
import { Failure } from "../../runtime/failure";
import { positiveNumber } from "../../runtime/number-option";
import { runProgram } from "../../runtime/program";
import { print, printJson, report } from "../../runtime/terminal";
import { clientSettings, explainAwsError, reportRetries } from "../program/aws";
import { environmentOption } from "../program/options";
import { deadline } from "../program/pause";
import { ask, type Row, refusal, statementsOf } from "./ask";
import { tableOf } from "./table";

interface Options {
  readonly environment: Environment;
  readonly sql?: string;
  readonly timeLimit: number;
  readonly json?: boolean;
}

const program = new Command("database-session")
  .description("Asks an environment's database as its user `operator`, who reads no address and writes nothing.")
  .addOption(environmentOption())
  .addOption(new Option("--sql <statement>", "ask this alone; else what is typed, up to each semicolon").env("SQL"))
  .option("--time-limit <seconds>", "end the session after", positiveNumber(), 3_600)
  .option("--json", "print rows as JSON")
  .addHelpText("after", "\nWho may, and with which credentials: docs/runbooks/database-access.md.")
  .exitOverride();

await runProgram(
  async (cancelled) => {
    const { environment, sql, timeLimit, json } = program.parse().opts<Options>();
    if (environment.operators.length === 0) {
      throw new Failure(
        `${environment.name}.operators must name who may ask, got nobody (docs/runbooks/database-access.md)`,
      );
    }
    const tooLong = new Failure(`the session is over after ${timeLimit} s: start another`);
    const ended = AbortSignal.any([cancelled, deadline(timeLimit, tooLong)]);
    const settings = clientSettings(environment.region);
    const client = reportRetries(new RDSDataClient(settings), report);
    const { Arn: caller } = await new STSClient(settings).send(new GetCallerIdentityCommand());
    report(`you are ${caller}: the database's log and the account's trail have each statement`);
    const show = (rows: readonly Row[]) => {
      if (json) printJson(rows);
      else print(tableOf(rows));
    };
    if (sql !== undefined) return show(await ask(client, environment, sql));

    const lines = createInterface({ input: process.stdin, signal: ended });
    if (process.stdin.isTTY) report("end each statement with a semicolon, the session with Ctrl-D");
    for await (const statement of statementsOf(lines)) {
      try {
        show(await ask(client, environment, statement));
      } catch (error) {
        const words = refusal(error);
        if (words === undefined) throw error;
        report(words);
      }
    }
    ended.throwIfAborted();
  },
  { explain: (error) => refusal(error) ?? explainAwsError(error) },
);
