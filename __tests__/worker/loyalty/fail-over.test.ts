import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { checked } from "../../../dependencies/database/migrate/migration";
import { type RedisServer, startRedis } from "../../../dependencies/queue/redis";
import { FunctionProcess, writeFunction } from "../../lambda/function-process";
import { TcpProxy } from "../../tcp-proxy";
import { until } from "../../until";
import { Load, overHttp, throughFunctions } from "./load";

let folder: string;
let platform: LoyaltyPlatform;
let proxy: TcpProxy;
let writer: RedisServer;
let services: RunningService[];
let folders: string[];
let functions: FunctionProcess[];
let load: Load;
let functionLoad: Load;
const servers: RedisServer[] = [];

async function another(): Promise<RedisServer> {
  const server = await startRedis({ folder: join(folder, String(servers.length)) });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fail-over-"));
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
  writer = await another();
  proxy = await TcpProxy.start(writer.port);
  const env = { REDIS_URL: `redis://127.0.0.1:${proxy.port}`, OUTBOX_GRACE_SECONDS: "1" };
  const [transactions, ...workers] = await Promise.all([
    platform.startHttp("lambda/transactions", env),
    platform.startWorker(env),
    platform.startWorker(env),
  ]);
  services = [transactions, ...workers];
  folders = await Promise.all(["lambda/authentication", "lambda/transactions"].map(writeFunction));
  // What a function does not bring to Redis itself is due after this test only: no worker brings it in its place.
  const functionEnv = { ...platform.environment, ...env, OUTBOX_GRACE_SECONDS: "3600" };
  const start = (folder = "") => FunctionProcess.start(folder, functionEnv);
  const [login, accept] = await Promise.all([start(folders[0]), start(folders[1])]);
  functions = [login, accept];
  load = new Load(overHttp(transactions.url), 2);
  functionLoad = new Load(throughFunctions(login, accept), 1);
  await Promise.all([load.more(100), functionLoad.more(20)]);
});
afterAll(async () => {
  await Promise.all(functions.map((running) => running.end()));
  await platform.stop();
  await proxy.stop();
  // One that a failed test left silent is still there.
  await Promise.all(servers.map((server) => server.kill()));
  await Promise.all([...folders, folder].map((path) => rm(path, { recursive: true, force: true })));
});

async function ask(statement: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: platform.adminUrl });
  await client.connect();
  try {
    return await client.query(statement, values);
  } finally {
    await client.end();
  }
}

async function count(condition: string, values: unknown[] = []): Promise<number> {
  const { rows } = await ask(`SELECT count(*)::int AS count FROM loyalty.transactions WHERE ${condition}`, values);
  return rows[0].count;
}

/** Brings the name to another server, and waits until the services work there, which they do without a restart. */
async function failOver(leaveOldOne: (old: RedisServer, next: RedisServer) => Promise<unknown>): Promise<void> {
  const old = writer;
  writer = await another();
  await leaveOldOne(old, writer);
  proxy.target = writer.port;
  const accepted = functionLoad.acknowledged.length;
  const redis = new Redis(writer.url);
  try {
    // A job that came by the new server, rather than by the outbox's patience with the old.
    await until(async () => (await redis.exists("loyalty:loyalty-transactions:meta")) === 1);
    const awarded = await count("awarded_at IS NOT NULL");
    await until(async () => (await count("awarded_at IS NOT NULL")) > awarded + 50);
    // The functions are there too: a login is counted, and what was accepted since then is awarded before it is due.
    await until(async () => (await redis.exists("loyalty:attempts:user:alice")) === 1);
    const since = () => functionLoad.acknowledged.slice(accepted).map(({ id }) => id);
    await until(async () => (await count("awarded_at IS NOT NULL AND id = ANY($1)", [since()])) > 10);
    // So are both workers, each waiting for jobs on one of its connections, and the API. A relay that has nothing to bring
    // may keep its connection to a server that became a replica.
    await until(async () => {
      const clients = String(await redis.client("LIST")).split("\n");
      const others = clients.filter((line) => line !== "" && !line.includes("cmd=client"));
      return others.filter((line) => line.includes("cmd=bzpopmin")).length >= 2 && others.length >= 7;
    });
  } finally {
    redis.disconnect();
  }
  expect(services.map((service) => service.hasEnded())).toEqual(services.map(() => false));
  // Only now: whatever the old one still does, nobody needs it.
  await old.kill();
}

test("the writer dies, and the name leads to an empty server at another port", () => failOver((old) => old.kill()));

test("the writer becomes a replica and keeps its connections", () =>
  failOver(async (old, next) => {
    const redis = new Redis(old.url);
    await redis.replicaof("127.0.0.1", next.port);
    redis.disconnect();
  }));

test("the writer's host falls silent, and no connection to it is ever closed", () =>
  failOver(async (old) => process.kill(old.pid, "SIGSTOP")));

test("nothing acknowledged was lost, and nothing was awarded twice", async () => {
  await Promise.all([load.stop(), functionLoad.stop()]);
  await ask("UPDATE loyalty.outbox SET due_at = now()");
  await until(async () => (await count("awarded_at IS NULL")) === 0);
  const acknowledged = [...load.acknowledged, ...functionLoad.acknowledged];
  expect(await count("true")).toBe(acknowledged.length);
  const { rows } = await ask("SELECT sum(stamps)::int AS stamps FROM loyalty.balances");
  expect(rows).toEqual([{ stamps: acknowledged.filter(({ amount }) => amount >= 100).length }]);
});
