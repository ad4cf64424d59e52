import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verify } from "@node-rs/argon2";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { Agent } from "undici";
import { tokenContract } from "../../../contracts/loyalty";
import { seed } from "../../../dependencies/database/prepare-database";
import { type RedisServer, startRedis } from "../../../dependencies/queue/redis";
import authentication from "../../../lambda/authentication/app";
import { type AttemptLimits, createAttemptLimit } from "../../../lambda/authentication/attempt-limit";
import { clientAddress } from "../../../lambda/authentication/client-address";
import { addOperations } from "../../../lambda/authentication/operations";
import { createPasswords, hashPassword } from "../../../lambda/authentication/password";
import { userRepository } from "../../../lambda/authentication/user-repository";
import { Api } from "../../../runtime/api";
import { createDatabase, type Database } from "../../../runtime/database";
import { type RunningServer, serve } from "../../../runtime/http-server";
import { createLogger } from "../../../runtime/logger";
import { plainForm } from "../../../runtime/plain-error";
import { connectRedis } from "../../../runtime/redis";
import * as z from "../../../runtime/schema";
import { openHttp } from "../../../runtime/service";
import { createTokens } from "../../../runtime/token";
import { fixedKeys } from "../../../runtime/token-keys";
import { type TestDatabase, testDatabase } from "../../database";
import { until } from "../../until";

const logger = createLogger({ service: "test", level: "silent" });
const tokens = createTokens({ keys: fixedKeys("the secret of this test, 32 bytes or more"), ...tokenContract });
const passwordLimits = { atOnce: 4, waiting: 100 };
const limits = { perUser: 1000, perAddress: 1000, windowSeconds: 60 };

let folder: string;
let server: RedisServer;
let redis: Redis;
let databases: TestDatabase;
let database: Database;
let verified: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "authentication-"));
  [server, databases] = await Promise.all([startRedis({ folder }), testDatabase()]);
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  database = createDatabase({ DATABASE_URL: databases.loyaltyUrl, DATABASE_POOL_SIZE: 5 }, logger);
});
beforeEach(async () => {
  redis = connectRedis(server.url)("answering");
  redis.on("error", () => undefined);
  await new Promise((resolve) => redis.once("ready", resolve));
  await redis.flushall();
  verified = [];
});
afterEach(() => redis.disconnect());
afterAll(async () => {
  await database.close();
  await Promise.all([databases.drop(), server.stop()]);
  await rm(folder, { recursive: true });
});

/** The service, called without a socket; its hash verifications are recorded in `verified`. */
async function service(attempts: Partial<AttemptLimits> = {}, find = userRepository(database).find): Promise<Api> {
  const passwords = await createPasswords(passwordLimits, (hash, ...rest) => {
    verified.push(hash.toString());
    return verify(hash, ...rest);
  });
  const ready = () => database.query("SELECT 1");
  const api = new Api({ name: "authentication", description: "", logger, ready, ...plainForm });
  addOperations(api, {
    users: { find },
    passwords,
    attempts: createAttemptLimit(redis, "loyalty", { ...limits, ...attempts }),
    tokens,
    clientAddress: clientAddress(["127.0.0.1"], () => "127.0.0.1"),
  });
  return api;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly token?: string; readonly error?: string };
}

async function post(app: Api, body: string | URLSearchParams, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await app.fetch(new Request("http://auth/token", { method: "POST", body, headers }));
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}
const form = (app: Api, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  post(app, new URLSearchParams(fields), headers);
const json = (app: Api, body: unknown) => post(app, JSON.stringify(body), { "content-type": "application/json" });
const alice = { username: "alice", password: "password" };

test.each([
  ["alice", true],
  ["bob", true],
  ["charlie", false],
])("%s trades a password for a token that says whether transacting is allowed: %s", async (username, can_transact) => {
  const { status, body } = await form(await service(), { username, password: "password" });
  expect(status).toBe(200);
  await expect(tokens.verify(body.token ?? "")).resolves.toMatchObject({ username, can_transact });
});

test("a JSON body does as well as a form", async () => {
  expect((await json(await service(), alice)).status).toBe(200);
});

test("an unknown user and a wrong password get the same answer for the same work", async () => {
  const app = await service();
  const unknown = await form(app, { username: "nobody", password: "password" });
  const wrong = await form(app, { username: "alice", password: "wrong" });
  expect([unknown.status, unknown.body]).toEqual([401, { error: "username or password is wrong" }]);
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body]);
  const parameters = verified.map((hash) => hash.split("$").slice(0, 4).join("$"));
  expect(parameters).toEqual(["$argon2id$v=19$m=19456,t=2,p=1", "$argon2id$v=19$m=19456,t=2,p=1"]);
});

test("passwords are hashed with argon2id at OWASP's minimum, each with a salt of its own", async () => {
  const [first, second] = await Promise.all([hashPassword("password"), hashPassword("password")]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(first).not.toBe(second);
});

test("whatever its password, an unknown user is never let in", async () => {
  const passwords = await createPasswords(passwordLimits, async () => true);
  await expect(passwords.matches("anything", undefined)).resolves.toBe(false);
});

test("passwords are compared a few at once, the next wait for their turn, and beyond those a login is refused as 503", async () => {
  const comparisons: ((equal: boolean) => void)[] = [];
  const passwords = await createPasswords(
    { atOnce: 2, waiting: 3 },
    () => new Promise((done) => comparisons.push(done)),
  );
  const outcomes = Array.from({ length: 5 }, () => passwords.matches("password", "$argon2id$"));
  expect(comparisons).toHaveLength(2);
  await expect(passwords.matches("password", "$argon2id$")).rejects.toMatchObject({
    status: 503,
    headers: { "Retry-After": "1" },
  });
  for (let done = 1; done <= outcomes.length; done += 1) {
    comparisons[done - 1]?.(true);
    await outcomes[done - 1];
    expect(comparisons).toHaveLength(Math.min(done + 2, outcomes.length));
  }
  await expect(Promise.all(outcomes)).resolves.toEqual([true, true, true, true, true]);
  const later = passwords.matches("password", "$argon2id$");
  comparisons.at(-1)?.(false);
  await expect(later).resolves.toBe(false);
});

test("after its failed attempts, one username is refused from every address, even with the right password", async () => {
  const app = await service({ perUser: 2 });
  const from = (address: string, password: string) =>
    form(app, { username: "alice", password }, { "x-forwarded-for": address });
  expect((await from("192.0.2.1", "wrong")).status).toBe(401);
  expect((await from("192.0.2.2", "wrong")).status).toBe(401);
  const refused = await from("192.0.2.3", "password");
  expect(refused.status).toBe(429);
  expect(refused.body.error).toMatch(/too many attempts, try again in \d+ s/);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  expect((await form(app, { username: "bob", password: "password" })).status).toBe(200);
});

test("after its failed attempts, one address is refused whichever user it tries", async () => {
  const app = await service({ perAddress: 2 });
  const from = (address: string, username: string, password = "wrong") =>
    form(app, { username, password }, { "x-forwarded-for": address });
  await from("192.0.2.1", "somebody");
  await from("192.0.2.1", "somebody-else");
  expect((await from("192.0.2.1", "alice", "password")).status).toBe(429);
  expect((await from("192.0.2.2", "alice", "password")).status).toBe(200);
});

test("a client cannot escape its limit with addresses that it writes itself", async () => {
  const app = await service({ perAddress: 1 });
  await form(app, { username: "a", password: "wrong" }, { "x-forwarded-for": "10.0.0.1, 192.0.2.1" });
  const { status } = await form(app, { ...alice }, { "x-forwarded-for": "10.0.0.2, 192.0.2.1" });
  expect(status).toBe(429);
});

describe("the service as it is deployed", () => {
  let running: RunningServer | undefined;
  afterEach(() => running?.stop());

  /** Statuses of two wrong passwords, each under an address that the request itself claims; one attempt is allowed. */
  const attemptsOf = async (agent: Agent, origin: string) => {
    const statuses: number[] = [];
    for (const address of ["192.0.2.1", "192.0.2.2"]) {
      const { statusCode, body } = await agent.request({
        origin,
        path: "/token",
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": address },
        body: JSON.stringify({ username: address, password: "wrong" }),
      });
      await body.dump();
      statuses.push(statusCode);
    }
    await agent.close();
    return statuses;
  };
  const open = async () => {
    const { api, stop } = await openHttp(
      authentication,
      {
        LOG_LEVEL: "silent",
        DATABASE_URL: databases.loyaltyUrl,
        REDIS_URL: server.url,
        REDIS_PREFIX: "loyalty",
        JWT_SECRET: "the secret of this test, 32 bytes or more",
        ATTEMPTS_PER_ADDRESS: "1",
      },
      z.object({}),
    );
    return { api, close: stop };
  };

  test("believes no X-Forwarded-For at a port, whoever sends it", async () => {
    const { api, close } = await open();
    running = await serve(api, { close });
    expect(await attemptsOf(new Agent(), `http://127.0.0.1:${running.port}`)).toEqual([401, 429]);
  });

  test("believes the X-Forwarded-For of the router, which alone reaches its socket", async () => {
    const { api, close } = await open();
    const socketPath = join(folder, "authentication.sock");
    running = await serve(api, { socket: socketPath, close });
    expect(await attemptsOf(new Agent({ connect: { socketPath } }), "http://authentication")).toEqual([401, 401]);
  });
});

test("right passwords use up no attempts", async () => {
  const app = await service({ perUser: 1, perAddress: 1 });
  for (let attempt = 0; attempt < 3; attempt += 1) expect((await form(app, alice)).status).toBe(200);
});

test("attempts made at once are counted one by one", async () => {
  const app = await service({ perUser: 3 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => form(app, { ...alice, password: "wrong" })));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(5);
});

test("while Redis is away people log in, and guessing stays limited", async () => {
  const app = await service({ perUser: 2 });
  redis.disconnect();
  expect((await form(app, alice)).status).toBe(200);
  for (let attempt = 0; attempt < 2; attempt += 1) await form(app, { ...alice, password: "wrong" });
  expect((await form(app, alice)).status).toBe(429);
});

test("while Redis hangs people log in, within the time that its commands may take, and guessing stays limited", async () => {
  const app = await service({ perUser: 2 });
  process.kill(server.pid, "SIGSTOP");
  try {
    expect((await form(app, alice)).status).toBe(200);
    for (let attempt = 0; attempt < 2; attempt += 1) await form(app, { ...alice, password: "wrong" });
    expect((await form(app, alice)).status).toBe(429);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
});

test("what a hanging Redis was told meanwhile counts for nothing when it goes on", async () => {
  const app = await service({ perUser: 2 });
  process.kill(server.pid, "SIGSTOP");
  try {
    for (let login = 0; login < 2; login += 1) expect((await form(app, alice)).status).toBe(200);
  } finally {
    process.kill(server.pid, "SIGCONT");
  }
  const other = connectRedis(server.url)("consuming");
  while ((await other.get("loyalty:attempts:user:alice")) !== "0") await new Promise(setImmediate);
  other.disconnect();
  while (redis.status !== "ready") await new Promise(setImmediate);
  const answers = [];
  for (let attempt = 0; attempt < 3; attempt += 1) answers.push(await form(app, { ...alice, password: "wrong" }));
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 429]);
});

test("an attempt whose connection ends before it is given back is given back on the next one", async () => {
  const users = userRepository(database);
  const other = connectRedis(server.url)("consuming");
  const app = await service({}, async (name) => {
    const closed = new Promise((resolve) => redis.once("close", resolve));
    await other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await closed;
    return users.find(name);
  });
  expect((await form(app, alice)).status).toBe(200);
  for (const name of ["user:alice", "address:127.0.0.1"]) {
    await until(async () => (await other.get(`loyalty:attempts:${name}`)) === "0");
  }
  other.disconnect();
});

test("an attempt that only a lost server counted is not given back to another one", async () => {
  const users = userRepository(database);
  const other = connectRedis(server.url)("consuming");
  const app = await service({}, async (name) => {
    const closed = new Promise((resolve) => redis.once("close", resolve));
    await other.flushall();
    await other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
    await closed;
    return users.find(name);
  });
  const asked = jest.spyOn(RateLimiterRedis.prototype, "get");
  expect((await form(app, alice)).status).toBe(200);
  await until(() => asked.mock.results.length === 2);
  await Promise.all(asked.mock.results.map(({ value }) => value));
  jest.restoreAllMocks();
  expect(await other.keys("loyalty:attempts:*")).toEqual([]);
  // Asked on the connection of the limits, so after whatever they did on it.
  await until(() => redis.status === "ready");
  expect(await redis.keys("loyalty:attempts:*")).toEqual([]);
  other.disconnect();
});

test("a login during which Redis comes back frees no attempt there", async () => {
  const users = userRepository(database);
  const app = await service({}, async (name) => {
    await redis.connect();
    return users.find(name);
  });
  const ended = new Promise((resolve) => redis.once("end", resolve));
  redis.disconnect();
  await ended;
  expect((await form(app, alice)).status).toBe(200);
  expect(await redis.keys("loyalty:attempts:*")).toEqual([]);
});

test("a failure of ours uses up no attempt", async () => {
  let broken = true;
  const users = userRepository(database);
  const app = await service({ perUser: 1, perAddress: 1 }, (name) => {
    if (broken) throw new Error("no answer");
    return users.find(name);
  });
  for (let attempt = 0; attempt < 3; attempt += 1) expect((await form(app, alice)).status).toBe(500);
  broken = false;
  expect((await form(app, alice)).status).toBe(200);
});

test.each([
  ["no body", {}, "username is missing or not a text; password is missing or not a text"],
  ["a blank username", { username: " ", password: "password" }, "username is blank"],
  ["a blank password", { username: "alice", password: "" }, "password is blank"],
  ["no password", { username: "alice" }, "password is missing or not a text"],
  ["a username with NUL", { username: "a\0", password: "password" }, "username contains a NUL character"],
  ["an endless username", { username: "a".repeat(65), password: "p" }, "username has at most 64 characters"],
  ["an endless password", { username: "a", password: "p".repeat(1025) }, "password has at most 1024 characters"],
])("%s is answered 422 with what to change", async (_, fields: Record<string, string>, error) => {
  const { status, body } = await form(await service(), fields);
  expect([status, body]).toEqual([422, { error }]);
  expect(verified).toEqual([]);
});

test.each([
  ["a number", 1],
  ["a list", []],
  ["null", null],
  ["fields that are no texts", { username: 1, password: { $ne: null } }],
])("JSON that is %s is answered 422", async (_, value) => {
  expect((await json(await service(), value)).status).toBe(422);
});

test("what is no JSON, no form, or too large is refused as that", async () => {
  const app = await service();
  expect((await post(app, "{", { "content-type": "application/json" })).status).toBe(422);
  expect((await post(app, "username=alice", { "content-type": "text/plain" })).status).toBe(415);
  expect((await form(app, { username: "a".repeat(20_000), password: "p" })).status).toBe(413);
});

test("whatever the fields hold, the answer is one of the contract's", async () => {
  const app = await service();
  const field = fc.string({ unit: "binary", maxLength: 70 });
  await fc.assert(
    fc.asyncProperty(field, field, async (username, password) => {
      const { status, body } = await json(app, { username, password });
      expect([401, 422]).toContain(status);
      expect(body).toEqual({ error: expect.any(String) });
    }),
    { numRuns: 50 },
  );
});

test("other paths and methods are answered in the contract's form", async () => {
  const app = await service();
  const missing = await app.fetch(new Request("http://auth/nothing"));
  expect([missing.status, await missing.json()]).toEqual([404, { error: expect.any(String) }]);
  const wrongMethod = await app.fetch(new Request("http://auth/token"));
  expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "POST"]);
});

test("health is the contract's", async () => {
  const response = await (await service()).fetch(new Request("http://auth/health"));
  expect([response.status, await response.json()]).toEqual([200, { healthy: true }]);
});

test("the OpenAPI document shows both bodies and the contract's errors", async () => {
  const document = JSON.stringify(await (await service()).document());
  expect(document).toContain("application/x-www-form-urlencoded");
  expect(document).toContain("#/components/schemas/Error");
  expect(document).not.toContain("problem+json");
});
