import { randomUUID } from "node:crypto";
import pg from "pg";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { development } from "../../../config/environments/development";
import { payloadOf, transactionQueue } from "../../../contracts/loyalty";
import { checked } from "../../../dependencies/database/migrate/migration";
import { createProducer } from "../../../runtime/queue";
import { until } from "../../until";

const scaleIns = 10;
const jobsOfEach = 100;

let platform: LoyaltyPlatform;
let database: pg.Client;
let producer: ReturnType<typeof createProducer>;
let workers: RunningService[];
const startWorker = () => platform.startWorker({ OUTBOX_GRACE_SECONDS: "1", CONCURRENCY: "40" });

beforeAll(async () => {
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
  database = new pg.Client({ connectionString: platform.adminUrl });
  await database.connect();
  producer = createProducer(platform.queue, transactionQueue, () => undefined);
  while (!producer.isConnected()) await new Promise(setImmediate);
  workers = await Promise.all([startWorker(), startWorker()]);
});
afterAll(async () => {
  await producer.close();
  await database.end();
  await platform.stop();
});

async function accept(count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const client = new pg.Client({ connectionString: platform.adminUrl });
  await client.connect();
  await client.query(
    `WITH accepted AS (
       INSERT INTO loyalty.transactions (id, user_id, amount, currency)
       SELECT id, 1, 100, 'GBP' FROM unnest($1::uuid[]) AS id
     ) INSERT INTO loyalty.outbox (job_id, payload, due_at)
     SELECT job_id, payload, now() + interval '1 second' FROM unnest($2::text[], $3::text[]) AS job (job_id, payload)`,
    [ids, ids, ids.map(payloadOf)],
  );
  await client.end();
  await producer.enqueue(ids.map((id) => ({ id, payload: payloadOf(id) })));
}

/** Statements of workers that wait for a lock of this test. */
async function waiting(): Promise<number> {
  // A transaction sees one picture of what runs, unless it asks for another.
  await database.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await database.query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = 'loyalty_app' AND wait_event_type = 'Lock'",
  );
  return rows[0].count;
}

test("1,000 jobs through 10 scale-ins: each worker ends in its time, no job is lost and none is done twice", async () => {
  const took: number[] = [];
  for (let scaleIn = 0; scaleIn < scaleIns; scaleIn += 1) {
    // What both workers have under way waits for this lock, so neither is idle when one is told to stop.
    await database.query("BEGIN; LOCK TABLE loyalty.balances IN ACCESS EXCLUSIVE MODE");
    await accept(jobsOfEach);
    await until(async () => (await waiting()) >= 2);
    const told = Date.now();
    const ended = workers[0]?.end().then(() => Date.now() - told);
    // Most finish what they have; two are not let, and give it back.
    if (scaleIn % 5 === 4) await ended;
    await database.query("COMMIT");
    took.push((await ended) ?? 0);
    workers = [...workers.slice(1), await startWorker()];
  }
  expect(Math.max(...took)).toBeLessThan(development.workers.default.stopTimeout * 1000);
  await until(async () => (await database.query("SELECT 1 FROM loyalty.outbox LIMIT 1")).rowCount === 0);
  const count = scaleIns * jobsOfEach;
  const { rows: transactions } = await database.query(
    "SELECT count(*)::int AS count, count(awarded_at)::int AS awarded FROM loyalty.transactions",
  );
  expect(transactions).toEqual([{ count, awarded: count }]);
  const { rows: balances } = await database.query("SELECT stamps::int, vouchers::int FROM loyalty.balances");
  expect(balances).toEqual([{ stamps: count, vouchers: count / 10 }]);
  expect((await database.query("SELECT * FROM loyalty.dead_letters")).rows).toEqual([]);
});
