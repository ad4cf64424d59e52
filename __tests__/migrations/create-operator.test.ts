import type { PostgresServer } from "../../dependencies/database/postgres";
import { setLocalPasswords } from "../../dependencies/database/postgres-passwords";
import { query } from "../database";
import { serverLikeRds } from "../server-like-rds";

let server: PostgresServer & { remove(): Promise<void> };

/** What a session may set for itself. */
const writing = "options=-c%20default_transaction_read_only%3Doff";
const asAdmin = (statement: string) => query(server.url("platform"), statement);
const asOperator = (statement: string) => query(server.url("platform", "operator"), statement);

beforeAll(async () => {
  server = await serverLikeRds();
});
afterAll(() => server.remove());

test("the migrations give operators no password, and no way in by IAM", async () => {
  const [found] = await asAdmin(
    `SELECT rolcanlogin, rolpassword, rolconnlimit, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls,
            pg_has_role('operator', 'rds_iam', 'member') AS by_iam, pg_has_role('operator', 'migrator', 'member') AS owner
     FROM pg_authid WHERE rolname = 'operator'`,
  );
  expect(found).toEqual({
    rolcanlogin: true,
    rolpassword: null,
    rolconnlimit: 5,
    rolsuper: false,
    rolcreaterole: false,
    rolcreatedb: false,
    rolbypassrls: false,
    by_iam: false,
    owner: false,
  });
});

describe("an operator", () => {
  beforeAll(() => setLocalPasswords(server.url("postgres")));

  test("sees what waits, failed and was counted, of every product", async () => {
    const tables = ["preferences.events", "preferences.imports", "loyalty.transactions", "loyalty.balances"];
    for (const table of [...tables, "loyalty.outbox", "loyalty.dead_letters"]) {
      await expect(asOperator(`SELECT * FROM ${table} LIMIT 1`)).resolves.toEqual([]);
    }
    await expect(asOperator("SELECT id, consents, erased_at FROM preferences.users")).resolves.toEqual([]);
    await expect(asOperator("SELECT id, can_transact FROM loyalty.users")).resolves.toEqual([]);
  });

  test("reads no address, no name, no subject and no hash, wherever the catalogue has one", async () => {
    const named = await asAdmin(
      `SELECT format('%I.%I', table_schema, table_name) AS table, column_name AS column FROM information_schema.columns
       WHERE table_schema IN ('preferences', 'loyalty') AND column_name ~ 'email|address|name|subject|password|hash|caller|^key$'
         AND (table_schema, table_name, column_name) <> ('preferences', 'imports', 'key') ORDER BY 1, 2`,
    );
    expect(named.map(({ table, column }) => `${table}.${column}`)).toEqual(
      expect.arrayContaining([
        "loyalty.users.password_hash",
        "loyalty.users.username",
        "preferences.import_lines.email",
        "preferences.users.email",
        "preferences.users.subject",
      ]),
    );
    for (const { table, column } of named) {
      await expect(asOperator(`SELECT ${column} FROM ${table} LIMIT 1`)).rejects.toThrow("permission denied for table");
    }
    // Nor by the way round: a condition reads as well.
    await expect(asOperator("SELECT id FROM preferences.users WHERE email LIKE 'a%'")).rejects.toThrow("denied");
  });

  test("writes nothing, also without the read-only mode, makes nothing and becomes nobody else", async () => {
    await expect(asOperator("DELETE FROM loyalty.dead_letters")).rejects.toThrow("read-only transaction");
    for (const statement of [
      "DELETE FROM loyalty.dead_letters",
      "UPDATE loyalty.balances SET stamps = 1",
      "INSERT INTO preferences.events DEFAULT VALUES",
      "CREATE TABLE public.mine (id int)",
      "CREATE TEMPORARY TABLE mine (id int)",
      "CREATE ROLE mine",
      "SET ROLE migrator",
      "COPY loyalty.outbox TO PROGRAM 'cat'",
    ]) {
      await expect(query(`${server.url("platform", "operator")}?${writing}`, statement)).rejects.toThrow(
        /permission denied/,
      );
    }
  });

  test("holds nothing for long", async () => {
    const limits = `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
      current_setting('idle_in_transaction_session_timeout') AS idle`;
    expect(await asOperator(limits)).toEqual([{ statement: "30s", lock: "2s", idle: "30s" }]);
  });
});
