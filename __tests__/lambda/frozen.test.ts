import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { seed } from "../../dependencies/database/prepare-database";
import { type RedisServer, startRedis } from "../../dependencies/queue/redis";
import { bundleFunction } from "../../ops/build-functions/function-bundle";
import { type TestDatabase, testDatabase } from "../database";
import { until } from "../until";
import { FunctionProcess, writeFunction } from "./function-process";
import { startTokenSecret } from "./token-secret-stand-in";

let folders: string[];
let data: string;
let databases: TestDatabase;
let database: pg.Client;
let server: RedisServer;
let redis: Redis;
let secret: Awaited<ReturnType<typeof startTokenSecret>>;
let authentication: FunctionProcess;
let transactions: FunctionProcess;

const environment = () => ({
  DATABASE_URL: databases.loyaltyUrl,
  DATABASE_POOL_SIZE: "2",
  REDIS_URL: server.url,
  REDIS_PREFIX: "loyalty",
  ATTEMPTS_PER_ADDRESS: "3",
  ATTEMPTS_WINDOW_SECONDS: "600",
  ...secret.variables,
});
const start = (index: number) => FunctionProcess.start(folders[index] ?? "", environment());

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "frozen-"));
  [folders, databases, server, secret] = await Promise.all([
    Promise.all(["lambda/authentication", "lambda/transactions"].map(writeFunction)),
    testDatabase(),
    startRedis({ folder: data }),
    startTokenSecret(),
  ]);
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  database = new pg.Client({ connectionString: databases.adminUrl });
  await database.connect();
  await database.query(`ALTER DATABASE ${databases.name} SET idle_session_timeout = '1s'`);
  await database.query("SET idle_session_timeout = 0");
  redis = new Redis(server.url, { connectionName: "test" });
  await redis.config("SET", "timeout", "1");
  [authentication, transactions] = await Promise.all([start(0), start(1)]);
});
afterAll(async () => {
  await Promise.all([authentication.end(), transactions.end()]);
  redis.disconnect();
  await database.end();
  await Promise.all([databases.drop(), server.kill(), secret.stop()]);
  await Promise.all([...folders, data].map((folder) => rm(folder, { recursive: true, force: true })));
});

const alice = { username: "alice", password: "password" };
const transaction = (token: string) => ({ token, amount: "100", currency: "GBP" });

async function connections(): Promise<number> {
  const { rows } = await database.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  const clients = String(await redis.client("LIST")).split("\n");
  return rows[0].count + clients.filter((line) => line !== "" && !line.includes(" name=test ")).length;
}

async function tokenOf(): Promise<string> {
  const { statusCode, body } = await authentication.request("POST", "/token", alice);
  expect([statusCode, body]).toEqual([200, expect.stringContaining("token")]);
  return JSON.parse(body).token;
}

test("a function that was frozen until its servers closed its connections answers its first request", async () => {
  const first = await transactions.request("POST", "/transactions", transaction(await tokenOf()));
  expect(first.statusCode).toBe(200);
  for (let time = 0; time < 3; time += 1) {
    for (const { pid } of [authentication, transactions]) process.kill(pid, "SIGSTOP");
    await until(async () => (await connections()) === 0);
    // Sent before the thaw: what the servers said and the request come to the process at once.
    const login = authentication.request("POST", "/token", alice);
    process.kill(authentication.pid, "SIGCONT");
    const { statusCode, body } = await login;
    expect([statusCode, body]).toEqual([200, expect.stringContaining("token")]);
    const accepted = transactions.request("POST", "/transactions", transaction(JSON.parse(body).token));
    process.kill(transactions.pid, "SIGCONT");
    expect(await accepted).toMatchObject({ statusCode: 200 });
  }
  await redis.config("SET", "timeout", "0");
});

test("a function reads the token secret once, when it starts, and again for a key that it does not know", async () => {
  const get = `secretsmanager.GetSecretValue ${secret.variables.JWT_SECRET_ID}`;
  expect(secret.asked).toEqual([get, get]);
  secret.rotate();
  const signer = await start(0);
  const login = await signer.request("POST", "/token", alice);
  await signer.end();
  // A function that read its keys less than 5 s ago does not read them again yet; so a new key signs later, in truth.
  const { token } = JSON.parse(login.body);
  const accepts = async () => (await transactions.request("POST", "/transactions", transaction(token))).statusCode;
  await until(async () => (await accepts()) === 200);
  expect(secret.asked).toEqual([get, get, get, get]);
});

test("attempts are counted by the address that API Gateway saw, whatever a client says of itself", async () => {
  const attempt = (forged: string) =>
    authentication.request(
      "POST",
      "/token",
      { username: `nobody ${forged}`, password: "wrong" },
      { multiValueHeaders: { "Content-Type": ["application/json"], "X-Forwarded-For": [forged] } },
    );
  const answers = [];
  for (let count = 1; count <= 4; count += 1) answers.push((await attempt(`192.0.2.${count}`)).statusCode);
  expect(answers).toEqual([401, 401, 401, 429]);
  await redis.del(...(await redis.keys("loyalty:attempts:*")));
});

test("a Redis that hangs answers nobody, and a login is answered in time, by a new function and by one that runs", async () => {
  process.kill(server.pid, "SIGSTOP");
  try {
    const fresh = await start(0);
    for (const functionProcess of [fresh, authentication]) {
      const asked = Date.now();
      expect((await functionProcess.request("POST", "/token", alice)).statusCode).toBe(200);
      expect(Date.now() - asked).toBeLessThan(2_000);
    }
    await fresh.end();
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
});

test("the function for AWS holds argon2 for its processor and its C library", async () => {
  const files = await bundleFunction("lambda/authentication");
  const native = Buffer.from(files.find(({ name }) => name === "argon2.node")?.contents ?? []);
  // https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html: magic, 64 bits, little-endian; e_machine 183 is AArch64.
  expect([...native.subarray(0, 6)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  expect(native.readUInt16LE(18)).toBe(183);
  // Amazon Linux 2023 has glibc 2.34.
  const minors = [...native.toString("latin1").matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
  expect(minors.length).toBeGreaterThan(0);
  expect(Math.max(...minors)).toBeLessThanOrEqual(34);
});
