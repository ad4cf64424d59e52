import { randomUUID } from "node:crypto";
import type { JobsOptions } from "bullmq";
import { payloadOf, transactionQueue } from "../../../contracts/loyalty";
import { createLogger } from "../../../runtime/logger";
import { unavailable } from "../../../runtime/problem";
import { createProducer } from "../../../runtime/queue";
import { connectRedis } from "../../../runtime/redis";
import { type AwardRepository, awardRepository } from "../../../worker/loyalty/award-repository";
import { type Consumer, createConsumer } from "../../../worker/loyalty/consumer";
import { deadLetterRepository } from "../../../worker/loyalty/dead-letter-repository";
import { outboxRepository } from "../../../worker/loyalty/outbox-repository";
import { startRelay } from "../../../worker/loyalty/relay";
import { until } from "../../until";
import { type LoyaltyQueue, loyaltyQueue } from "./queue-fixture";

const logger = createLogger({ service: "test", level: "silent" });

let loyalty: LoyaltyQueue;
let redis: LoyaltyQueue["redis"];
let queue: LoyaltyQueue["queue"];
let database: LoyaltyQueue["database"];
let awards: AwardRepository;
let consumer: Consumer | undefined;

beforeAll(async () => {
  loyalty = await loyaltyQueue(logger, 5);
  ({ redis, queue, database } = loyalty);
  awards = awardRepository(database, { stampMinimumAmount: 100, stampsPerVoucher: 10 });
});
afterEach(async () => {
  await consumer?.stop();
  consumer = undefined;
  await redis.flushall();
  await database.query("DELETE FROM loyalty.dead_letters");
  await database.query("DELETE FROM loyalty.outbox");
});
afterAll(async () => {
  await loyalty.close();
});

function consume(awardsOf: Partial<AwardRepository> = {}, log = logger): void {
  consumer = createConsumer({
    queue: loyalty.queueServer,
    awards: { ...awards, ...awardsOf },
    outbox: outboxRepository(database),
    deadLetters: deadLetterRepository(database),
    logger: log,
    concurrency: 20,
    maximumFailures: 3,
  });
}

/** Attempts without the waits between. */
const quick: JobsOptions = {
  attempts: 3,
  backoff: { type: "fixed", delay: 1 },
  removeOnComplete: true,
  removeOnFail: true,
};
const add = (data: unknown, jobId: string = randomUUID()) => queue.add("transaction", data, { ...quick, jobId });
const addTransaction = (id: string) => add(JSON.parse(payloadOf(id)), id);

/** Accepts a transaction of 1.00 GBP, in the outbox and due in an hour; returns its id. */
async function accepted(): Promise<string> {
  const id = randomUUID();
  await database.query("INSERT INTO loyalty.transactions (id, user_id, amount, currency) VALUES ($1, 1, 100, 'GBP')", [
    id,
  ]);
  await database.query("INSERT INTO loyalty.outbox VALUES ($1, $2, now() + interval '1 hour', 0)", [id, payloadOf(id)]);
  return id;
}

interface Letter {
  readonly job_id: string;
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
}
const letters = () =>
  database.query<Letter & Record<string, unknown>>(
    "SELECT job_id, payload, reason, attempts::int FROM loyalty.dead_letters ORDER BY id",
  );
const isAwarded = async (id: string) =>
  (await database.query("SELECT 1 FROM loyalty.transactions WHERE id = $1 AND awarded_at IS NOT NULL", [id])).length ===
  1;
const waiting = () => database.query("SELECT job_id FROM loyalty.outbox");

test("a delivered transaction is awarded, leaves the outbox, and its job is gone", async () => {
  consume();
  const id = await accepted();
  await addTransaction(id);
  await until(() => isAwarded(id));
  await until(async () => (await queue.getJobCountByTypes("active", "waiting", "completed", "failed")) === 0);
  expect(await waiting()).toEqual([]);
});

test.each([
  ["an unknown version", { version: 2, transaction_id: randomUUID() }, "payload version must be 1, got 2"],
  ["a missing field", { version: 1 }, "transaction_id"],
  ["no payload", null, "payload is not a transaction's"],
  ["an oversized payload", { version: 1, note: "x".repeat(100_000) }, "at most 4096 are read"],
  ["a transaction that does not exist", JSON.parse(payloadOf(randomUUID())), "there is no transaction"],
  ["NUL and broken text in it", { version: "\0\ud800" }, "payload version must be 1"],
])("a job with %s is dead-lettered at once, and those behind it are awarded", async (_, data, reason) => {
  const id = await accepted();
  await add(data, "odd-one");
  await addTransaction(id);
  consume();
  await until(() => isAwarded(id));
  await until(async () => (await letters()).length === 1);
  const [letter] = await letters();
  expect(letter).toMatchObject({ job_id: "odd-one", reason: expect.stringContaining(reason), attempts: 1 });
  expect(letter?.payload.length).toBeLessThanOrEqual(4096);
});

test("each dead letter counts in a metric of its worker, whether it names a transaction or none", async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line)) };
  const bad = await accepted();
  await addTransaction(bad);
  await add(null, "odd-one");
  const failing = { award: () => Promise.reject(new Error("this one always fails")) };
  consume(failing, createLogger({ service: "loyalty", environment: "development", destination }));
  const counted = () => lines.filter(({ deadLetters }) => deadLetters === 1);
  await until(async () => counted().length === 2);
  for (const line of counted()) {
    expect(line).toMatchObject({
      environment: "development",
      service: "loyalty",
      _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: "deadLetters", Unit: "Count" }] }] },
    });
  }
  expect((await letters()).map(({ job_id }) => job_id).sort()).toEqual([bad, "odd-one"].sort());
});

test("a job whose payload is no JSON neither ends the worker nor blocks the others", async () => {
  const job = await add({});
  await redis.hset(`loyalty:${transactionQueue}:${job.id}`, "data", "{no json");
  const id = await accepted();
  await addTransaction(id);
  consume();
  await until(() => isAwarded(id));
});

test("a failing award is tried again alone, so that those it shared a statement with are awarded", async () => {
  const [first = "", bad = "", ...good] = await Promise.all(Array.from({ length: 10 }, accepted));
  const sizes: number[] = [];
  consume({
    async award(ids) {
      // The others come while the first is under way, and so share the next statement.
      if (ids.includes(first)) await until(async () => (await queue.getActiveCount()) === 10);
      if (!ids.includes(bad)) return awards.award(ids);
      sizes.push(ids.length);
      throw new Error("this one always fails");
    },
  });
  for (const id of [first, bad, ...good]) await addTransaction(id);
  await until(async () => (await letters()).length > 0);
  await until(async () => (await Promise.all([first, ...good].map(isAwarded))).every(Boolean));
  expect(sizes).toEqual([9, 1, 1]);
  expect(await letters()).toMatchObject([{ job_id: bad, reason: "this one always fails", attempts: 3 }]);
  expect(await waiting()).toEqual([]);
});

test("a transaction that fails fewer times than given stays in the outbox, however few attempts its job claims", async () => {
  const id = await accepted();
  let failures = 0;
  consume({
    async award() {
      failures += 1;
      throw new Error("not this time");
    },
  });
  await queue.add("transaction", JSON.parse(payloadOf(id)), { ...quick, attempts: 1, jobId: id });
  await until(async () => failures === 1 && (await queue.getJob(id)) === undefined);
  expect(await waiting()).toEqual([{ job_id: id }]);
  expect(await letters()).toEqual([]);
});

test("a job that claims to have ended its worker is awarded all the same", async () => {
  const id = await accepted();
  const job = await addTransaction(id);
  await redis.hset(`loyalty:${transactionQueue}:${job.id}`, { progress: '{"startsAlone":9}', stc: "999", atm: "2" });
  consume();
  await until(() => isAwarded(id));
  expect(await letters()).toEqual([]);
});

test("an id of a megabyte is cut before it is kept", async () => {
  await add(null, `x${"y".repeat(1_000_000)}`);
  consume();
  await until(async () => (await letters()).length === 1);
  expect((await letters())[0]?.job_id).toHaveLength(255);
});

test("a fault that comes again is kept once", async () => {
  await add(null, "odd-one");
  consume();
  await until(async () => (await queue.getJobCountByTypes("active", "waiting")) === 0);
  await add(null, "odd-one");
  await until(async () => (await queue.getJobCountByTypes("active", "waiting")) === 0);
  expect(await letters()).toHaveLength(1);
});

test("while the database is away, jobs wait and spend no attempt", async () => {
  const id = await accepted();
  let failures = 0;
  consume({
    async award(ids) {
      failures += 1;
      if (failures <= 5) throw unavailable("away", new Error("connection refused"));
      return awards.award(ids);
    },
  });
  await addTransaction(id);
  await until(() => isAwarded(id));
  expect(failures).toBe(6);
  expect(await letters()).toEqual([]);
});

test("a worker that is told to stop while the database is away gives its jobs back", async () => {
  const id = await accepted();
  let failed: () => void = () => undefined;
  const hasFailed = new Promise<void>((resolve) => {
    failed = resolve;
  });
  consume({
    async award() {
      failed();
      throw unavailable("away", new Error("connection refused"));
    },
  });
  await addTransaction(id);
  await hasFailed;
  await consumer?.stop();
  consume();
  await until(() => isAwarded(id));
});

test("the relay queues what is due, and what Redis lost", async () => {
  const id = await accepted();
  await database.query("UPDATE loyalty.outbox SET due_at = now()");
  const producer = createProducer(loyalty.queueServer, transactionQueue, () => undefined);
  const relay = startRelay({ outbox: outboxRepository(database), producer, logger, graceSeconds: 0.1, interval: 10 });
  await until(async () => (await queue.getJob(id)) !== undefined);
  await redis.flushall();
  await until(async () => (await queue.getJob(id)) !== undefined);
  consume();
  await until(() => isAwarded(id));
  await relay.stop();
  await producer.close();
});

test("while Redis is away, queueing fails at once, and closing does not wait for it", async () => {
  const producer = createProducer(
    { connect: connectRedis("redis://127.0.0.1:1"), prefix: "loyalty" },
    transactionQueue,
    () => undefined,
  );
  await expect(producer.enqueue([{ id: randomUUID(), payload: "{}" }])).rejects.toThrow("Redis is not connected");
  await producer.close();
});
