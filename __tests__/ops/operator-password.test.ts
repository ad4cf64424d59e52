import { renewOperatorPassword, scramVerifier } from "../../ops/operator-password/operator-password";
import { type AuditedServer, auditedServer } from "../audited-postgres";
import { query, testServer } from "../database";
import { clusterParameters } from "../stacks/cluster-parameters";
import { AwsStandIn } from "./aws-stand-in/server";
import { runProgram } from "./run-program";

interface Login {
  readonly username: string;
  readonly password: string;
}

/** The same server for another user. */
function as(url: string, { username, password }: Login): string {
  const own = new URL(url);
  [own.username, own.password] = [username, password];
  return own.href;
}

describe("on a server that logs what operators ask", () => {
  let server: AuditedServer;
  const kept: Login[] = [];
  beforeAll(async () => {
    // Every statement counts as slow, and is logged as it was typed.
    server = await auditedServer({ ...clusterParameters(), log_min_duration_statement: "0" });
    await query(
      server.url,
      "CREATE ROLE operator LOGIN; CREATE TABLE orders (id int); GRANT SELECT ON orders TO operator",
    );
    for (let run = 0; run < 2; run += 1) {
      const made = await renewOperatorPassword({ connectionString: server.url }, async (login) => kept.push(login));
      expect(made).toBe(true);
    }
  });
  afterAll(() => server.remove());

  test("each run makes another password, of 256 random bits", () => {
    expect(kept.map(({ username }) => username)).toEqual(["operator", "operator"]);
    expect(new Set(kept.map(({ password }) => password)).size).toBe(2);
    for (const { password } of kept) expect(password).toMatch(/^[\w-]{43}$/);
  });

  test("PostgreSQL keeps what it would have made of the password itself, and no log has the password, however slow the change was", async () => {
    const [first, second] = kept;
    if (first === undefined || second === undefined) throw new Error("no password was kept");
    const [{ rolpassword }] = await query(server.url, "SELECT rolpassword FROM pg_authid WHERE rolname = 'operator'");
    expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
    const log = server.lines.join("\n");
    for (const { password } of kept) expect(log).not.toContain(password);
    expect(log).toContain("ALTER ROLE operator PASSWORD");
  });

  test("what an operator asks is in the log, with its user; what services ask is not", async () => {
    const [, login] = kept;
    if (login === undefined) throw new Error("no password was kept");
    await query(as(server.url, login), "SELECT id FROM orders");
    await query(server.url, "SELECT id FROM orders WHERE id = 7");
    const audited = server.lines.filter((line) => line.includes("AUDIT: SESSION") && line.includes("SELECT id"));
    expect(audited).toEqual([expect.stringContaining("READ,SELECT,,,SELECT id FROM orders")]);
  });
});

describe("the program of the migration job", () => {
  const secret = "production/operator";
  const run = (env: Readonly<Record<string, string>>) => runProgram("ops/operator-password/command.ts", [], { env });

  test("keeps the login in the secret that RDS Data API reads, and prints none of it", async () => {
    const [server, aws] = await Promise.all([auditedServer(clusterParameters()), AwsStandIn.start()]);
    const kept = aws.secrets.add(secret);
    await query(server.url, "CREATE ROLE operator LOGIN");
    const env = { ...aws.environment, AWS_REGION: "eu-west-1", DATABASE_URL: server.url, OPERATOR_SECRET_ID: secret };
    const { exitCode, stdout, stderr } = await run(env);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "operators have a new password\n" });
    const login = JSON.parse(String(kept.current));
    expect(login).toEqual({ username: "operator", password: expect.stringMatching(/^[\w-]{43}$/) });
    expect(`${stdout}${stderr}`).not.toContain(login.password);
    expect(aws.calls.map(({ action }) => action)).toEqual([
      "secretsmanager:PutSecretValue",
      "kms:GenerateDataKey",
      "kms:Decrypt",
    ]);
    await Promise.all([server.remove(), aws.stop()]);
  });

  test("is red when the secret is not there: the job says so, and a next run mends it", async () => {
    const [server, aws] = await Promise.all([auditedServer(clusterParameters()), AwsStandIn.start()]);
    await query(server.url, "CREATE ROLE operator LOGIN");
    const env = { ...aws.environment, AWS_REGION: "eu-west-1", DATABASE_URL: server.url, OPERATOR_SECRET_ID: secret };
    const { exitCode, stderr } = await run(env);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("can't find the specified secret")]);
    await Promise.all([server.remove(), aws.stop()]);
  });
});

test("PostgreSQL lets in by the password whose verifier it was given, and by no other", async () => {
  const server = await testServer();
  const url = server.url("postgres");
  const password = "a Password, with 'quotes'";
  await query(url, `CREATE ROLE operator LOGIN PASSWORD '${scramVerifier(password)}'`);
  const user = { username: "operator", password };
  expect(await query(as(url, user), "SELECT current_user AS me")).toEqual([{ me: "operator" }]);
  await expect(query(as(url, { ...user, password: "another" }), "SELECT 1")).rejects.toThrow("authentication failed");
  await server.stop();
  await server.remove();
});

test("a server that would not log it lets no operator in, also not by an older password", async () => {
  const server = await testServer();
  await query(server.url("postgres"), "CREATE ROLE operator LOGIN PASSWORD 'an older one'");
  const kept: Login[] = [];
  const database = { connectionString: server.url("postgres") };
  expect(await renewOperatorPassword(database, async (login) => kept.push(login))).toBe(false);
  expect(kept).toEqual([]);
  const [{ rolpassword }] = await query(
    server.url("postgres"),
    "SELECT rolpassword FROM pg_authid WHERE rolname = 'operator'",
  );
  expect(rolpassword).toBeNull();
  await server.stop();
  await server.remove();
});
