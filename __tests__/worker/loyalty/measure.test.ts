import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { payloadOf, transactionQueue } from "../../../contracts/loyalty";
import { transactionRepository } from "../../../lambda/transactions/transaction-repository";
import { createLogger } from "../../../runtime/logger";
import { createProducer } from "../../../runtime/queue";
import { startMeasuring, untilMoment } from "../../../worker/loyalty/measure";
import { outboxRepository } from "../../../worker/loyalty/outbox-repository";
import { type LoyaltyQueue, loyaltyQueue } from "./queue-fixture";

const silent = createLogger({ service: "test", level: "silent" });
let loyalty: LoyaltyQueue;
let producer: ReturnType<typeof createProducer>;
beforeAll(async () => {
  loyalty = await loyaltyQueue(silent, 2);
  producer = createProducer(loyalty.queueServer, transactionQueue, () => undefined);
  while (!producer.isConnected()) await new Promise(setImmediate);
});
afterEach(async () => {
  await loyalty.redis.flushall();
  await loyalty.database.query("DELETE FROM loyalty.outbox");
});
afterAll(async () => {
  await producer.close();
  await loyalty.close();
});

/** Accepts a transaction so long ago, with an outbox row that is due then. */
async function accepted(ago: string, dueIn: string, relayed = 0): Promise<string> {
  const id = randomUUID();
  await loyalty.database.query(
    `INSERT INTO loyalty.transactions (id, user_id, amount, currency, accepted_at)
     VALUES ($1, 1, 100, 'GBP', now() - $2::interval)`,
    [id, ago],
  );
  await loyalty.database.query(
    `INSERT INTO loyalty.outbox (job_id, payload, due_at, relayed, accepted_at)
     VALUES ($1, $2, now() + $3::interval, $4, now() - $5::interval)`,
    [id, payloadOf(id), dueIn, relayed, ago],
  );
  return id;
}

/** The lines of some measurements, each of them in an interval of its own. */
async function measured(count: number): Promise<Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  const logger = createLogger({ service: "loyalty", environment: "development", destination });
  const outbox = outboxRepository(loyalty.database);
  const measuring = startMeasuring({ outbox, producer, logger, interval: 50 });
  while (lines.length < count) await new Promise(setImmediate);
  await measuring.stop();
  return lines;
}

test("what waits is a metric of the worker: jobs, and rows that nobody queued within their grace", async () => {
  await accepted("1 second", "4 seconds");
  await accepted("100 seconds", "60 seconds", 3);
  await accepted("7 seconds", "-2 seconds");
  await loyalty.database.query(
    "INSERT INTO loyalty.outbox (job_id, payload, due_at) VALUES ('by hand', '{}', now() + interval '1 hour')",
  );
  const [line] = await measured(1);
  expect(line).toMatchObject({ environment: "development", service: "loyalty", backlog: 2 });
  expect(line?.oldestUnawarded).toBeGreaterThanOrEqual(100);
  expect(line?.oldestUnawarded).toBeLessThan(150);
  expect(line?._aws).toEqual({
    Timestamp: expect.any(Number),
    CloudWatchMetrics: [
      {
        Namespace: "platform",
        Dimensions: [["environment", "service"]],
        Metrics: [
          { Name: "backlog", Unit: "Count" },
          { Name: "oldestUnawarded", Unit: "Seconds" },
        ],
      },
    ],
  });
});

test("what waits is measured in one pass over its rows, with no look-up for each: a million take less than a statement may", async () => {
  const plans: unknown[] = [];
  const explain = {
    query: async (text: string) => {
      plans.push(await loyalty.database.query(`EXPLAIN (FORMAT JSON) ${text}`));
      return [];
    },
  };
  await outboxRepository(explain).overdue();
  const plan = JSON.stringify(plans);
  expect(plan.match(/"Relation Name":"\w+"/g)).toEqual(['"Relation Name":"outbox"']);
  expect(plan).not.toMatch(/SubPlan|Nested Loop/);
});

test("a transaction counts from the moment in which it was accepted", async () => {
  const transactions = transactionRepository(loyalty.database, 5, () => undefined);
  const { id } = await transactions.accept({ userId: 1, amount: 100, currency: "GBP" });
  const rows = await loyalty.database.query(
    "SELECT outbox.accepted_at = transactions.accepted_at AS is_same FROM loyalty.outbox JOIN loyalty.transactions ON id::text = job_id WHERE job_id = $1",
    [id],
  );
  expect(rows).toEqual([{ is_same: true }]);
});

test("a job that waits so long that its row is overdue counts once", async () => {
  const ids = await Promise.all([1, 2, 3].map(() => accepted("10 seconds", "1 minute", 1)));
  await producer.enqueue(ids.map((id) => ({ id, payload: payloadOf(id) })));
  expect((await measured(1))[0]).toMatchObject({ backlog: 3 });
  await loyalty.redis.flushall();
  expect((await measured(1))[0]).toMatchObject({ backlog: 3 });
});

test("jobs in the queue count while their rows are young, and nothing is zero, not silence", async () => {
  expect((await measured(1))[0]).toMatchObject({ backlog: 0, oldestUnawarded: 0 });
  await producer.enqueue([{ id: "a", payload: "{}" }]);
  expect((await measured(1))[0]).toMatchObject({ backlog: 1 });
});

test("each minute has one sample, wherever in it the worker measures, and however late by up to 10 s its timers are", () => {
  const late = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 2, maxLength: 50 });
  fc.assert(
    fc.property(fc.integer({ min: 12_000, max: 48_000 }), fc.nat(1e9), late, (moment, start, delays) => {
      let now = 1.8e12 + start;
      const minutes = delays.map((delay) => {
        now += untilMoment(now, moment, 60_000) + delay;
        return Math.floor(now / 60_000);
      });
      expect(minutes).toEqual(minutes.map((_, index) => (minutes[0] ?? 0) + index));
    }),
  );
});
