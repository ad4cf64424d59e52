import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { testServer } from "../database";
import { clusterParameters } from "./cluster-parameters";

// npm's PostgreSQL has no pgaudit; database-audit.test.ts runs one that has it.
const { shared_preload_libraries: _elsewhere, ...parameters } = clusterParameters();

/** What a server with these settings writes while an address is inserted, inserted again, and copied wrongly. */
async function logOf(settings: Readonly<Record<string, string>>): Promise<string> {
  const lines: string[] = [];
  const server = await testServer({ settings, log: (line) => lines.push(line) });
  const client = new pg.Client(server.url("postgres"));
  await client.connect();
  await client.query("CREATE TABLE people (email text UNIQUE, chosen jsonb)");
  const insert = "INSERT INTO people (email, chosen) VALUES ($1, $2)";
  const values = ["somebody@secret.example", "{}"];
  await client.query(insert, values);
  await client.query("SELECT pg_sleep(0), $1::text", values.slice(0, 1));
  await expect(client.query(insert, values)).rejects.toThrow("duplicate key");
  await expect(client.query(insert, ["somebody@secret.example", "{"])).rejects.toThrow("json");
  const copy = client.query(copyFrom("COPY people FROM STDIN"));
  const failed = new Promise<Error>((resolve) => copy.once("error", resolve));
  copy.end("somebody@secret.example\t{somebody@secret.example\n");
  expect((await failed).message).toContain("json");
  await client.end();
  await server.stop();
  await server.remove();
  return lines.join("\n");
}

test("with the cluster's parameters a real PostgreSQL logs slow statements and errors, and no address", async () => {
  // Every statement counts as slow.
  const log = await logOf({ ...parameters, log_min_duration_statement: "0" });
  expect(log).toContain("INSERT INTO people");
  expect(log).toContain("duplicate key value violates unique constraint");
  expect(log).toContain("invalid input syntax for type json");
  expect(log).not.toMatch(/somebody|secret/);
});

test("without the terse form of errors the same log holds the address", async () => {
  const { log_error_verbosity: _left, ...others } = parameters;
  expect(await logOf({ ...others, log_min_duration_statement: "0" })).toContain("somebody@secret.example");
});
