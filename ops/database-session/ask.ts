import { ExecuteStatementCommand, type RDSDataClient } from "@aws-sdk/client-rds-data";
import * as z from "zod";
import type { Environment } from "../../config/environment";
import { databaseClusterName, databaseName, operatorSecretName } from "../../config/names";

/** A row, by its columns. */
export type Row = Readonly<Record<string, unknown>>;

const Rows = z.array(z.record(z.string(), z.unknown()));

/** Asks an environment's database one statement, as its user `operator`, through RDS Data API. @returns the rows of the answer */
export async function ask(client: RDSDataClient, environment: Environment, sql: string): Promise<readonly Row[]> {
  const { name, account, region } = environment;
  const { formattedRecords } = await client.send(
    new ExecuteStatementCommand({
      resourceArn: `arn:aws:rds:${region}:${account}:cluster:${databaseClusterName(name)}`,
      secretArn: operatorSecretName(name),
      database: databaseName,
      formatRecordsAs: "JSON",
      sql,
    }),
  );
  return Rows.parse(JSON.parse(formattedRecords || "[]"));
}

/** What the database, or RDS Data API before it, has to say of a statement; undefined for what is no answer to it. */
export function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (name === "DatabaseErrorException" || name === "BadRequestException" || name === "StatementTimeoutException") {
    return message;
  }
  if (name === "HttpEndpointNotEnabledException") return `${message}: deploy the stack database first`;
  if (name === "SecretsErrorException") return `${message}: no job migrate has run since operators were named`;
  return undefined;
}

/** Cuts what is typed into statements: each ends with a semicolon at the end of a line. */
export async function* statementsOf(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let statement: string[] = [];
  for await (const line of lines) {
    statement.push(line);
    if (!/;\s*$/.test(line)) continue;
    yield statement.join("\n").trim();
    statement = [];
  }
  const rest = statement.join("\n").trim();
  if (rest !== "") yield rest;
}
