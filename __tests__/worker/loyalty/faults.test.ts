import pg from "pg";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { payloadOf } from "../../../contracts/loyalty";
import { checked } from "../../../dependencies/database/migrate/migration";
import { type Acknowledged, Load, overHttp } from "./load";

/** A second, rather than five, until what Redis lost is queued again. */
const env = { OUTBOX_GRACE_SECONDS: "1" };

let platform: LoyaltyPlatform;
let api: RunningService;
let workers: RunningService[];
const acknowledged: Acknowledged[] = [];

beforeAll(async () => {
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
  api = await platform.startHttp("lambda/transactions", env);
  workers = await twoWorkers();
});
afterAll(() => platform.stop());

const twoWorkers = () => Promise.all([platform.startWorker(env), platform.startWorker(env)]);

async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: platform.adminUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs `fault` under a load of transactions, then holds the database to what was acknowledged. */
async function under(fault: () => Promise<unknown>): Promise<void> {
  const load = new Load(overHttp(api.url));
  await load.more(200);
  await fault();
  await load.more(200);
  await load.stop();
  acknowledged.push(...load.acknowledged);
  await nothingWaits();
  await everythingIsRight();
}

async function nothingWaits(): Promise<void> {
  while ((await query("SELECT 1 FROM loyalty.outbox LIMIT 1")).length > 0) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function everythingIsRight(): Promise<void> {
  const rows = await query<{ id: string }>("SELECT id FROM loyalty.transactions");
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(acknowledged.map(({ id }) => id)));
  expect(rows.length).toBe(acknowledged.length);
  expect(await query("SELECT 1 FROM loyalty.transactions WHERE awarded_at IS NULL")).toEqual([]);
  expect(await query("SELECT reason FROM loyalty.dead_letters")).toEqual([]);
  const stamps = (user: number) => acknowledged.filter(({ userId, amount }) => userId === user && amount >= 100).length;
  const balances = await query(
    "SELECT user_id::int, stamps::int, vouchers::int FROM loyalty.balances ORDER BY user_id",
  );
  expect(balances).toEqual(
    [1, 2].map((user) => ({ user_id: user, stamps: stamps(user), vouchers: Math.floor(stamps(user) / 10) })),
  );
}

describe("every acknowledged transaction is recorded, none twice, and the stamps are right, when under load", () => {
  test("nothing happens", () => under(async () => undefined));

  test("one worker is killed", () =>
    under(async () => {
      await workers[0]?.end("SIGKILL");
      workers[0] = await platform.startWorker(env);
    }));

  test("all workers are killed", () =>
    under(async () => {
      await Promise.all(workers.map((worker) => worker.end("SIGKILL")));
      workers = await twoWorkers();
    }));

  test("workers are replaced in order", () =>
    under(async () => {
      await Promise.all(workers.map((worker) => worker.end("SIGTERM")));
      workers = await twoWorkers();
    }));

  test("the Transaction API is killed", () =>
    under(async () => {
      await api.end("SIGKILL");
      api = await platform.startHttp("lambda/transactions", { ...env, HTTP_PORT: new URL(api.url).port });
    }));

  test("Redis is killed", () => under(() => platform.crashRedis()));

  test("Redis is killed and its data wiped", () => under(() => platform.crashRedis({ wipe: true })));

  test("PostgreSQL is killed", () => under(() => platform.crashPostgres()));
});

test("the services start, accept and award when Redis comes back later", async () => {
  await platform.redis.stop();
  await Promise.all([api.end(), ...workers.map((worker) => worker.end())]);
  api = await platform.startHttp("lambda/transactions", { ...env, HTTP_PORT: new URL(api.url).port });
  workers = await twoWorkers();
  await under(() => platform.crashRedis());
});

test("a transaction that kills its worker is dead-lettered, and blocks none of those around it", async () => {
  await Promise.all(workers.map((worker) => worker.end()));
  const load = new Load(overHttp(api.url));
  await load.more(30);
  await load.stop();
  const deadly = load.acknowledged[15]?.id ?? "";
  acknowledged.push(...load.acknowledged);
  const run = async () => {
    for (;;) {
      const worker = await platform.startWorker(
        { ...env, DEADLY_TRANSACTION: deadly },
        "__tests__/worker/loyalty/deadly-worker.ts",
      );
      for (;;) {
        if ((await query("SELECT 1 FROM loyalty.dead_letters")).length > 0) return worker;
        if (worker.hasEnded()) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const worker = await run();
  await nothingWaits();
  await worker.end();
  expect(await query("SELECT job_id, payload, reason FROM loyalty.dead_letters")).toEqual([
    { job_id: deadly, payload: payloadOf(deadly), reason: "ended its worker 2 times while it ran alone" },
  ]);
  const unawarded = await query("SELECT id FROM loyalty.transactions WHERE awarded_at IS NULL");
  expect(unawarded).toEqual([{ id: deadly }]);
});
