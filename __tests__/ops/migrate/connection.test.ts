import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { localPassword, superuser } from "../../../dependencies/database/postgres-passwords";
import { connection, explainConnectionError } from "../../../ops/migrate/connection";
import { testServer } from "../../database";

const arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:master";
const cluster = { DATABASE_HOST: "localhost", DATABASE_NAME: "postgres", AWS_REGION: "eu-west-1" };
const environment = process.env;
const folder = mkdtempSync(join(tmpdir(), "certificates-"));

// Answers as Secrets Manager does, to the real SDK.
let secret = "";
const asked: string[] = [];
const secretsManager = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    asked.push(JSON.parse(body).SecretId);
    response.setHeader("content-type", "application/x-amz-json-1.1").end(JSON.stringify({ SecretString: secret }));
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => secretsManager.listen(0, "127.0.0.1", resolve));
  const { port } = secretsManager.address() as AddressInfo;
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
});
afterAll(async () => {
  process.env = environment;
  secretsManager.closeAllConnections();
  await new Promise((resolve) => secretsManager.close(resolve));
  rmSync(folder, { recursive: true });
});

test("the master user's name and password come from the secret, by its ARN", async () => {
  secret = JSON.stringify({ username: "master", password: "p" });
  expect(await connection({ ...cluster, MASTER_SECRET_ARN: arn })).toMatchObject({ user: "master", password: "p" });
  expect(asked.at(-1)).toBe(arn);
});

test.each(["not json: hunter2", '{"user":"master","password":"hunter2"}'])(
  "a secret of another form is refused without showing it",
  async (value) => {
    secret = value;
    const refused = connection({ ...cluster, MASTER_SECRET_ARN: arn });
    await expect(refused).rejects.toThrow("the secret of MASTER_SECRET_ARN must hold JSON with username and password");
    await expect(refused).rejects.not.toThrow("hunter2");
  },
);

test("with IAM the password is a token signed for that user and that host", async () => {
  const { user, password } = await connection({ ...cluster, DATABASE_AUTH: "iam", DATABASE_USER: "migrator" });
  expect(user).toBe("migrator");
  expect(password).toContain("localhost:5432/?Action=connect&DBUser=migrator&X-Amz-Algorithm=");
});

test("on AWS the certificate must be of RDS's authorities", async () => {
  secret = JSON.stringify({ username: "master", password: "p" });
  const { ssl } = await connection({ ...cluster, MASTER_SECRET_ARN: arn });
  expect(ssl).toMatchObject({ rejectUnauthorized: true });
  expect(JSON.stringify(ssl)).toContain("BEGIN CERTIFICATE");
});

/** Makes the server speak TLS, with a certificate for `localhost` that it writes to `certificate`. */
async function serveTls(server: Awaited<ReturnType<typeof testServer>>, certificate: string): Promise<void> {
  const key = `${certificate}.key`;
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files], { stdio: "ignore" });
  // The server reads its key only when it alone may: it is the owner of its folder.
  const { uid, gid } = statSync(server.folder);
  chownSync(key, uid, gid);
  chmodSync(folder, 0o755);
  const admin = new Client({ connectionString: server.url("postgres") });
  await admin.connect();
  await admin.query(`ALTER SYSTEM SET ssl_key_file = '${key}'`);
  await admin.query(`ALTER SYSTEM SET ssl_cert_file = '${certificate}'`);
  await admin.query("ALTER SYSTEM SET ssl = on");
  await admin.query("SELECT pg_reload_conf()");
  await admin.end();
}

test("a server is trusted when its authority is in DATABASE_CA, and by no other", async () => {
  const certificate = join(folder, "server.crt");
  const server = await testServer();
  try {
    await serveTls(server, certificate);
    secret = JSON.stringify({ username: superuser, password: localPassword });
    const env = { ...cluster, DATABASE_PORT: String(server.port), MASTER_SECRET_ARN: arn };
    const trusting = new Client(await connection({ ...env, DATABASE_CA: certificate }));
    await trusting.connect();
    const { rows } = await trusting.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    await trusting.end();
    expect(rows).toEqual([{ ssl: true }]);

    const wary = new Client(await connection(env));
    const refusal = await wary.connect().then(
      () => undefined,
      (error: unknown) => explainConnectionError(error),
    );
    expect(refusal).toContain("the certificate of DATABASE_HOST is not to be trusted");
  } finally {
    await server.remove();
  }
});

test("a master user whom the roles it made keep out of password logins gets in by token", async () => {
  const server = await testServer();
  const url = (user: string) => server.url("postgres", user);
  const as = async (user: string, ...statements: string[]) => {
    const client = new Client({ connectionString: url(user) });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  try {
    // As RDS does: members of rds_iam, indirect ones too, are not let in by password.
    const access = join(server.folder, "pg_hba.conf");
    writeFileSync(access, `host all +rds_iam all reject\n${readFileSync(access, "utf8")}`);
    await as(superuser, "CREATE ROLE rds_iam", `CREATE ROLE master LOGIN CREATEROLE PASSWORD '${localPassword}'`);
    await as(superuser, "SELECT pg_reload_conf()");
    secret = JSON.stringify({ username: "master", password: localPassword });
    const certificate = join(folder, "master.crt");
    await serveTls(server, certificate);
    const env = { ...cluster, DATABASE_PORT: String(server.port), MASTER_SECRET_ARN: arn, DATABASE_CA: certificate };
    await as("master", "CREATE ROLE someone_app LOGIN");
    expect(await connection(env)).toMatchObject({ user: "master", password: localPassword });
    await as(superuser, "GRANT rds_iam TO someone_app");
    expect(await connection(env)).toMatchObject({
      user: "master",
      password: expect.stringContaining("/?Action=connect&DBUser=master&X-Amz-Algorithm="),
    });
  } finally {
    await server.remove();
  }
});

test("what is missing is named", async () => {
  await expect(connection({})).rejects.toThrow("DATABASE_URL=postgres://user:password@host:5432/platform");
});
