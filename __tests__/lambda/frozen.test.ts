import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { seed } from "../../dependencies/database/prepare-database";
import { type RedisServer, startRedis } from "../../dependencies/queue/redis";
import { bundleFunction } from "../../ops/build-functions/function-bundle";
import { type TestDatabase, testDatabase } from "../database";
import { TcpProxy } from "../tcp-proxy";
import { until } from "../until";
import { FunctionProcess, writeFunction } from "./function-process";
import { startTokenSecret } from "./token-secret-stand-in";

let folders: string[];
let data: string;
let databases: TestDatabase;
let database: pg.Client;
let server: RedisServer;
let redis: Redis;
/** What leads the functions to their servers. */
let toDatabase: TcpProxy;
let toRedis: TcpProxy;
let secret: Awaited<ReturnType<typeof startTokenSecret>>;
let authentication: FunctionProcess;
let transactions: FunctionProcess;

function withPort(address: string, port: number): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}

const environment = () => ({
  DATABASE_URL: withPort(databases.loyaltyUrl, toDatabase.port),
  DATABASE_POOL_SIZE: "2",
  REDIS_URL: withPort(server.url, toRedis.port),
  REDIS_PREFIX: "loyalty",
  ATTEMPTS_PER_ADDRESS: "3",
  ATTEMPTS_WINDOW_SECONDS: "600",
  ...secret.variables,
});
const start = (index: number, more: Readonly<Record<string, string>> = {}) =>
  FunctionProcess.start(folders[index] ?? "", { ...environment(), ...more });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "frozen-"));
  [folders, databases, server, secret] = await Promise.all([
    Promise.all(["lambda/authentication", "lambda/transactions"].map(writeFunction)),
    testDatabase(),
    startRedis({ folder: data }),
    startTokenSecret(),
  ]);
  [toDatabase, toRedis] = await Promise.all([
    TcpProxy.start(Number(new URL(databases.loyaltyUrl).port)),
    TcpProxy.start(server.port),
  ]);
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  database = new pg.Client({ connectionString: databases.adminUrl });
  await database.connect();
  await database.query(`ALTER DATABASE ${databases.name} SET idle_session_timeout = '1500ms'`);
  await database.query("SET idle_session_timeout = 0");
  redis = new Redis(server.url, { connectionName: "test" });
  await redis.config("SET", "timeout", "1");
  [authentication, transactions] = await Promise.all([start(0), start(1)]);
});
afterAll(async () => {
  await Promise.all([authentication.end(), transactions.end()]);
  redis.disconnect();
  await database.end();
  await Promise.all([toDatabase.stop(), toRedis.stop()]);
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

/** Freezes both functions for longer than their servers keep idle connections, then has each answer a request. */
async function freeze(beforeServersClose: () => void): Promise<void> {
  for (const { pid } of [authentication, transactions]) process.kill(pid, "SIGSTOP");
  beforeServersClose();
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

describe("a function that was frozen until its servers closed its connections", () => {
  beforeAll(async () => {
    const first = await transactions.request("POST", "/transactions", transaction(await tokenOf()));
    expect(first.statusCode).toBe(200);
  });
  afterAll(() => redis.config("SET", "timeout", "0"));

  test("answers its first request", async () => {
    for (let time = 0; time < 2; time += 1) await freeze(() => undefined);
  });

  test("answers its first request when it never heard of their end, and comes back to both", async () => {
    for (let time = 0; time < 2; time += 1) {
      await freeze(() => {
        for (const proxy of [toDatabase, toRedis]) proxy.silence();
      });
      await redis.flushall();
      // Logins are counted, and transactions queued, where all see it: each is asked for until it is.
      await until(async () => (await tokenOf()) !== "" && (await redis.exists("loyalty:attempts:user:alice")) === 1);
      await until(async () => {
        await transactions.request("POST", "/transactions", transaction(await tokenOf()));
        return (await redis.exists("loyalty:loyalty-transactions:wait")) === 1;
      });
    }
  });
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

test("a login waits less than 2 s for a Redis that hangs, in a new function and in one that runs", async () => {
  const clock = { CLOCK: "by hand" };
  const running = await start(0, clock);
  // It has its connections, and asks Redis.
  await until(async () => {
    await running.request("POST", "/token", alice);
    return (await redis.exists("loyalty:attempts:user:alice")) === 1;
  });
  process.kill(server.pid, "SIGSTOP");
  try {
    const fresh = await start(0, clock);
    for (const functionProcess of [fresh, running]) {
      const login = functionProcess.request("POST", "/token", alice);
      // All the time that it gets: it would never answer if it waited for more, however long this machine takes.
      functionProcess.pass(1_990);
      expect((await login).statusCode).toBe(200);
    }
    await Promise.all([fresh.end(), running.end()]);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
}, 30_000);

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
