import { randomUUID } from "node:crypto";
import type { BulkJobOptions } from "bullmq";
import fc from "fast-check";
import { payloadOf, transactionQueue } from "../../../contracts/loyalty";
import { createLogger } from "../../../runtime/logger";
import { createProducer } from "../../../runtime/queue";
import { awardRepository } from "../../../worker/loyalty/award-repository";
import { createConsumer } from "../../../worker/loyalty/consumer";
import { deadLetterRepository } from "../../../worker/loyalty/dead-letter-repository";
import { outboxRepository } from "../../../worker/loyalty/outbox-repository";
import { startRelay } from "../../../worker/loyalty/relay";
import { until } from "../../until";
import { type LoyaltyQueue, loyaltyQueue } from "./queue-fixture";

/** Whoever reaches Redis writes what he likes there; the loyalty worker holds every acknowledged transaction to its award. */

const logger = createLogger({ service: "test", level: "silent" });

let loyalty: LoyaltyQueue;
let queue: LoyaltyQueue["queue"];
let database: LoyaltyQueue["database"];
let stop: () => Promise<unknown>;

beforeAll(async () => {
  loyalty = await loyaltyQueue(logger, 8);
  ({ queue, database } = loyalty);
  const outbox = outboxRepository(database);
  const awards = awardRepository(database, { stampMinimumAmount: 100, stampsPerVoucher: 10 });
  const deadLetters = deadLetterRepository(database);
  const consumer = createConsumer({
    queue: loyalty.queueServer,
    awards,
    outbox,
    deadLetters,
    logger,
    concurrency: 200,
  });
  const producer = createProducer(loyalty.queueServer, transactionQueue, () => undefined);
  const relay = startRelay({ outbox, producer, logger, graceSeconds: 0.05, interval: 20 });
  stop = async () => {
    await Promise.all([consumer.stop(), relay.stop()]);
    await producer.close();
  };
});
afterAll(async () => {
  await stop();
  await loyalty.close();
});

/** Accepts a transaction of 1.00 GBP by user 1 under each id, due at once. */
async function accepted(ids: readonly string[]): Promise<void> {
  await database.query(
    `WITH accepted AS (
       INSERT INTO loyalty.transactions (id, user_id, amount, currency) SELECT id, 1, 100, 'GBP' FROM unnest($1::uuid[]) AS id RETURNING id
     ) INSERT INTO loyalty.outbox (job_id, payload, due_at) SELECT id, payload, now() FROM accepted JOIN unnest($1::uuid[], $2::text[]) AS draft (id, payload) USING (id)`,
    [ids, ids.map(payloadOf)],
  );
}

const one = async (sql: string, values: unknown[] = []) => (await database.query<{ n: number }>(sql, values))[0]?.n;
const waiting = () => one("SELECT count(*)::int AS n FROM loyalty.outbox");

const untilNothingWaits = () => until(async () => (await waiting()) === 0);

async function everyTransactionIsAwardedOnce(ids: readonly string[], stampsBefore: number): Promise<void> {
  const awarded =
    "SELECT count(*)::int AS n FROM loyalty.transactions WHERE id = ANY ($1::uuid[]) AND awarded_at IS NOT NULL";
  expect(await one(awarded, [ids])).toBe(ids.length);
  expect((await stamps()) - stampsBefore).toBe(ids.length);
  // Nothing of ours was given up.
  expect(await one("SELECT count(*)::int AS n FROM loyalty.dead_letters WHERE attempts > 1")).toBe(0);
}
const stamps = async () => (await one("SELECT sum(stamps)::int AS n FROM loyalty.balances")) ?? 0;

test("a victim's job id on another transaction, awarded already, does not end the victim's outbox row", async () => {
  const before = await stamps();
  const [done, victim] = [randomUUID(), randomUUID()];
  await accepted([done, victim]);
  await untilNothingWaits();
  await database.query("UPDATE loyalty.transactions SET awarded_at = NULL, stamps = NULL WHERE id = $1", [victim]);
  await queue.add("forged", JSON.parse(payloadOf(done)), { jobId: victim, removeOnComplete: true });
  await database.query("INSERT INTO loyalty.outbox (job_id, payload, due_at) VALUES ($1, $2, now() + interval '1 s')", [
    victim,
    payloadOf(victim),
  ]);
  await untilNothingWaits();
  // Its first award and this one.
  await everyTransactionIsAwardedOnce([done, victim], before + 1);
});

test("a forged job that lies under the victim's id for years does not keep the victim's own job out", async () => {
  const before = await stamps();
  const id = randomUUID();
  await queue.add("forged", {}, { jobId: id, delay: 1e12 });
  await accepted([id]);
  await untilNothingWaits();
  await everyTransactionIsAwardedOnce([id], before);
});

test("with 10,000 random forged jobs beside them, all acknowledged transactions are awarded once", async () => {
  const before = await stamps();
  const real: string[] = [];
  const forger = fc.record({
    id: fc.oneof(
      fc.constant("victim"),
      fc.uuid(),
      fc.string({ minLength: 1, maxLength: 40 }).map((text) => `x${text}`),
    ),
    transaction: fc.oneof(fc.constant("another"), fc.constant("victim"), fc.uuid(), fc.string()),
    version: fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(1) }, fc.anything()),
    index: fc.nat({ max: 199 }),
    attempts: fc.integer({ min: 1, max: 9 }),
    delay: fc.constantFrom(0, 0, 0, 10, 1e12),
    shape: fc.constantFrom("payload", "payload", "anything"),
    anything: fc.jsonValue(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(forger, { minLength: 400, maxLength: 400 }), async (forged) => {
      const ids = Array.from({ length: 200 }, () => randomUUID());
      const pick = (word: string, index: number) =>
        word === "victim" ? (ids[index] ?? "") : word === "another" ? (ids[(index + 7) % ids.length] ?? "") : word;
      const jobs = forged.map(({ id, transaction, version, index, attempts, delay, shape, anything }) => ({
        name: "forged",
        data: shape === "anything" ? anything : { version, transaction_id: pick(transaction, index) },
        opts: {
          // BullMQ's own client takes no id with a colon or of digits alone; a forger without it could do no more.
          jobId: `${pick(id, index).replaceAll(":", "")}`,
          attempts,
          delay,
          removeOnComplete: true,
          removeOnFail: true,
        } satisfies BulkJobOptions,
      }));
      // Half before the transactions are there, half after.
      await queue.addBulk(jobs.slice(0, 200));
      await accepted(ids);
      await queue.addBulk(jobs.slice(200));
      real.push(...ids);
    }),
    { numRuns: 25 },
  );
  await untilNothingWaits();
  await everyTransactionIsAwardedOnce(real, before);
  // 25 rounds take 25 s on an idle machine.
}, 300_000);
