import { Client } from "pg";
import { ensureAudit } from "../../ops/migrate/audit";
import { type AuditedServer, auditedServer } from "../audited-postgres";
import { emptyDatabase } from "../database";
import { clusterParameters } from "./cluster-parameters";

// The log's lines begin with who it was, as RDS writes them: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.overview.parameter-groups.html
const rds = { log_line_prefix: "%t:%r:%u@%d:[%p]:" };
const servers: AuditedServer[] = [];

/** Starts a server, lets the migration job prepare it, runs statements, and reads its log. */
async function logOf(settings: Readonly<Record<string, string>>, statements: readonly string[]) {
  const server = await auditedServer({ ...rds, ...settings });
  servers.push(server);
  const said: string[] = [];
  await ensureAudit({ connectionString: server.url }, (line) => said.push(line));
  await ensureAudit({ connectionString: server.url }, (line) => said.push(line));
  const client = new Client(server.url);
  await client.connect();
  for (const statement of statements) await client.query(statement);
  const [kept = { made: 0 }] = (
    await client.query<{ made: number }>("SELECT count(*)::int AS made FROM pg_extension WHERE extname = 'pgaudit'")
  ).rows;
  await client.end();
  return { said, made: kept.made, log: server.lines.join("\n") };
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
});

const changes = [
  "CREATE ROLE migrator",
  "CREATE SCHEMA shop AUTHORIZATION migrator",
  "SET ROLE migrator",
  "CREATE TABLE shop.people (email text UNIQUE)",
  "INSERT INTO shop.people VALUES ('somebody@personal.example')",
  "SELECT * FROM shop.people WHERE email = 'somebody@personal.example'",
  "UPDATE shop.people SET email = 'other@personal.example'",
  "ALTER TABLE shop.people ADD COLUMN chosen jsonb",
  "DELETE FROM shop.people",
  "RESET ROLE",
  "CREATE ROLE intruder LOGIN PASSWORD 'not-for-logs'",
  "GRANT migrator TO intruder",
  "DROP TABLE shop.people",
];

describe("with the cluster's parameters a real PostgreSQL with pgaudit", () => {
  let found: Awaited<ReturnType<typeof logOf>>;
  beforeAll(async () => {
    found = await logOf(clusterParameters(), changes);
  });

  test("logs who changed which table and which role, and no password", () => {
    const { said, made, log } = found;
    expect([said, made]).toEqual([["made the extension pgaudit"], 1]);
    const audited = log.split("\n").filter((line) => line.includes("AUDIT:"));
    for (const line of audited) expect(line).toContain(":postgres@postgres:");
    const entries = audited.map((line) => line.replace(/^.*AUDIT: SESSION,\d+,\d+,/, ""));
    expect(entries).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^DDL,CREATE TABLE,TABLE,shop\.people,/),
        expect.stringMatching(/^DDL,ALTER TABLE,TABLE,shop\.people,/),
        expect.stringMatching(/^DDL,DROP TABLE,TABLE,shop\.people,/),
        expect.stringMatching(/^ROLE,CREATE ROLE,,,"?CREATE ROLE intruder LOGIN PASSWORD <REDACTED>/),
        expect.stringMatching(/^ROLE,GRANT ROLE,,,"?GRANT migrator TO intruder/),
      ]),
    );
    expect(log).not.toContain("not-for-logs");
  });

  test("logs no row that is read or written, and so no person", () => {
    expect(found.log).not.toMatch(/somebody|personal\.example|INSERT|SELECT|UPDATE|DELETE/);
  });
});

test("before its instances restart, a cluster logs changes of the schema as it did, and the migration job says what waits", async () => {
  const { shared_preload_libraries: _notYet, ...others } = clusterParameters();
  // What takes effect with a restart is not in effect: PostgreSQL's own way goes on.
  const { said, made, log } = await logOf({ ...others, log_statement: "ddl" }, changes);
  const waits = "pgaudit is not loaded: the instances must restart once (docs/runbooks/upgrade-database.md)";
  expect([said, made]).toEqual([[waits, waits], 0]);
  expect(log).toContain("CREATE TABLE shop.people");
});

test("after a new major version, the extension is made anew", async () => {
  const server = await auditedServer(clusterParameters());
  servers.push(server);
  const said: string[] = [];
  const prepare = () => ensureAudit({ connectionString: server.url }, (line) => said.push(line));
  await prepare();
  const client = new Client(server.url);
  await client.connect();
  await client.query("UPDATE pg_extension SET extversion = '1.0' WHERE extname = 'pgaudit'");
  await client.end();
  await prepare();
  expect(said).toEqual(["made the extension pgaudit", "made the extension pgaudit"]);
});

test("PostgreSQL's own way of logging changes would log a password", async () => {
  expect((await logOf({ log_statement: "ddl" }, changes)).log).toContain("not-for-logs");
});

test("where there is no pgaudit, as on a developer's machine, the migration job goes on and says nothing", async () => {
  const database = await emptyDatabase();
  const said: string[] = [];
  await ensureAudit({ connectionString: database.adminUrl }, (line) => said.push(line));
  await database.drop();
  expect(said).toEqual([]);
});
