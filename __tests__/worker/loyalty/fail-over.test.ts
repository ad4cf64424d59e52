import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { checked } from "../../../dependencies/database/migrate/migration";
import { type RedisServer, startRedis } from "../../../dependencies/queue/redis";
import { TcpProxy } from "../../tcp-proxy";
import { until } from "../../until";
import { Load } from "./load";

let folder: string;
let platform: LoyaltyPlatform;
let proxy: TcpProxy;
let writer: RedisServer;
let services: RunningService[];
let load: Load;
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
  load = new Load(transactions.url);
  await load.more(100);
});
afterAll(async () => {
  await platform.stop();
  await proxy.stop();
  // One that a failed test left silent is still there.
  await Promise.all(servers.map((server) => server.kill()));
  await rm(folder, { recursive: true, force: true });
});

async function count(condition: string): Promise<number> {
  const client = new pg.Client({ connectionString: platform.adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query(`SELECT count(*)::int AS count FROM loyalty.transactions WHERE ${condition}`);
    return rows[0].count;
  } finally {
    await client.end();
  }
}

/** Brings the name to another server, and waits until the services work there, which they do without a restart. */
async function failOver(leaveOldOne: (old: RedisServer, next: RedisServer) => Promise<unknown>): Promise<void> {
  const old = writer;
  writer = await another();
  await leaveOldOne(old, writer);
  proxy.target = writer.port;
  const redis = new Redis(writer.url);
  try {
    // A job that came by the new server, rather than by the outbox's patience with the old.
    await until(async () => (await redis.exists("loyalty:loyalty-transactions:meta")) === 1);
    const awarded = await count("awarded_at IS NOT NULL");
    await until(async () => (await count("awarded_at IS NOT NULL")) > awarded + 50);
    // Both the workers and the API are there: each worker has its two connections, the API one.
    await until(async () => {
      const clients = String(await redis.client("LIST")).split("\n");
      return clients.filter((line) => line !== "" && !line.includes("cmd=client")).length >= 7;
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
  await load.stop();
  await until(async () => (await count("awarded_at IS NULL")) === 0);
  expect(await count("true")).toBe(load.acknowledged.length);
  const client = new pg.Client({ connectionString: platform.adminUrl });
  await client.connect();
  const { rows } = await client.query("SELECT sum(stamps)::int AS stamps FROM loyalty.balances");
  await client.end();
  expect(rows).toEqual([{ stamps: load.acknowledged.filter(({ amount }) => amount >= 100).length }]);
});
