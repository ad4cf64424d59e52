import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { seed } from "../../../dependencies/database/prepare-database";
import { createDatabase, type Database } from "../../../runtime/database";
import { createLogger } from "../../../runtime/logger";
import { awardRepository } from "../../../worker/loyalty/award-repository";
import { outboxRepository } from "../../../worker/loyalty/outbox-repository";
import { type TestDatabase, testDatabase } from "../../database";

const logger = createLogger({ service: "test", level: "silent" });
const rules = { stampMinimumAmount: 100, stampsPerVoucher: 10 };

let databases: TestDatabase;
let database: Database;

beforeAll(async () => {
  databases = await testDatabase();
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  database = createDatabase({ DATABASE_URL: databases.loyaltyUrl, DATABASE_POOL_SIZE: 8 }, logger);
});
beforeEach(async () => {
  const admin = createDatabase({ DATABASE_URL: databases.adminUrl, DATABASE_POOL_SIZE: 1 }, logger);
  await admin.query("TRUNCATE loyalty.transactions, loyalty.outbox, loyalty.balances");
  await admin.close();
});
afterAll(async () => {
  await database.close();
  await databases.drop();
});

/** Accepts transactions of these amounts; their jobs are due `dueIn` seconds from now. */
async function accepted(amounts: readonly number[], userId = 1, dueIn = 0): Promise<string[]> {
  const ids = amounts.map(() => randomUUID());
  await database.query(
    `WITH accepted AS (
       INSERT INTO loyalty.transactions (id, user_id, amount, currency)
       SELECT id, $3, amount, 'GBP' FROM unnest($1::uuid[], $2::bigint[]) AS draft (id, amount) RETURNING id
     ) INSERT INTO loyalty.outbox SELECT id, '{}', now() + make_interval(secs => $4), 0 FROM accepted`,
    [ids, amounts, userId, dueIn],
  );
  return ids;
}

async function balances(): Promise<unknown[]> {
  return database.query("SELECT user_id::int, stamps::int, vouchers::int FROM loyalty.balances ORDER BY user_id");
}
const waiting = async () => (await database.query("SELECT job_id FROM loyalty.outbox")).length;

test("a transaction of at least the minimum earns a stamp, a smaller one none, and both leave the outbox", async () => {
  const ids = await accepted([99, 100, 101]);
  await awardRepository(database, rules).award(ids);
  expect(await balances()).toEqual([{ user_id: 1, stamps: 2, vouchers: 0 }]);
  expect(await waiting()).toBe(0);
  const rows = await database.query(
    "SELECT amount::int, stamps::int, awarded_at IS NOT NULL AS awarded FROM loyalty.transactions ORDER BY amount",
  );
  expect(rows).toEqual([
    { amount: 99, stamps: 0, awarded: true },
    { amount: 100, stamps: 1, awarded: true },
    { amount: 101, stamps: 1, awarded: true },
  ]);
});

test("every tenth stamp earns a voucher, whether stamps come alone or many at once", async () => {
  const awards = awardRepository(database, rules);
  for (const id of await accepted(Array(9).fill(100))) await awards.award([id]);
  expect(await balances()).toEqual([{ user_id: 1, stamps: 9, vouchers: 0 }]);
  await awards.award(await accepted([100]));
  expect(await balances()).toEqual([{ user_id: 1, stamps: 10, vouchers: 1 }]);
  await awards.award(await accepted(Array(25).fill(100)));
  expect(await balances()).toEqual([{ user_id: 1, stamps: 35, vouchers: 3 }]);
});

test("another number of stamps a voucher takes no earned voucher away", async () => {
  await awardRepository(database, { ...rules, stampsPerVoucher: 2 }).award(await accepted(Array(6).fill(100)));
  await awardRepository(database, rules).award(await accepted(Array(4).fill(100)));
  expect(await balances()).toEqual([{ user_id: 1, stamps: 10, vouchers: 4 }]);
});

test("a transaction delivered again, even twice in one batch, is awarded once", async () => {
  const [id = ""] = await accepted([100]);
  const awards = awardRepository(database, rules);
  await awards.award([id, id]);
  await awards.award([id]);
  expect(await balances()).toEqual([{ user_id: 1, stamps: 1, vouchers: 0 }]);
});

test("only transactions that exist are reported as known", async () => {
  const [id = ""] = await accepted([100]);
  const known = await awardRepository(database, rules).award([randomUUID(), id]);
  expect([...known]).toEqual([[id, true]]);
  expect([...(await awardRepository(database, rules).award([id]))]).toEqual([[id, false]]);
});

test("a worker waits for another that has the same transaction, and then leaves it alone", async () => {
  const [id = ""] = await accepted([100]);
  let second: Promise<unknown> = Promise.resolve();
  await database.transaction(async (queries) => {
    await awardRepository(queries, rules).award([id]);
    second = awardRepository(database, rules).award([id]);
    await lockWaiter();
  });
  await second;
  expect(await balances()).toEqual([{ user_id: 1, stamps: 1, vouchers: 0 }]);
});

test("a worker that waited for another which failed awards in its place", async () => {
  const [id = ""] = await accepted([100]);
  let second: Promise<unknown> = Promise.resolve();
  const failing = database.transaction(async (queries) => {
    await awardRepository(queries, rules).award([id]);
    second = awardRepository(database, rules).award([id]);
    await lockWaiter();
    throw new Error("the first worker fails");
  });
  await expect(failing).rejects.toThrow("the first worker fails");
  await second;
  expect(await balances()).toEqual([{ user_id: 1, stamps: 1, vouchers: 0 }]);
});

test("transactions are locked in the order of their ids, so that two workers cannot wait for each other", async () => {
  const ids = (await accepted(Array(20).fill(100))).sort();
  let award: Promise<unknown> = Promise.resolve();
  await database.transaction(async ({ query }) => {
    const lock = "SELECT 1 FROM loyalty.transactions WHERE id = $1 FOR UPDATE";
    await query(lock, [ids.at(-1)]);
    award = awardRepository(database, rules).award(ids.toReversed());
    await lockWaiter();
    await query("SAVEPOINT before");
    for (const id of ids.slice(0, -1)) {
      await expect(query(`${lock} NOWAIT`, [id])).rejects.toThrow("could not obtain lock");
      await query("ROLLBACK TO before");
    }
  });
  await award;
});

/** Resolves when some session of this database waits for a lock. */
async function lockWaiter(): Promise<void> {
  for (;;) {
    const rows = await database.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
  }
}

test("however deliveries overlap and whatever their order, each transaction is awarded once and nobody deadlocks", async () => {
  const awards = awardRepository(database, rules);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ amount: fc.integer({ min: 1, max: 300 }), userId: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.infiniteStream(fc.nat()),
      async (drafts, random) => {
        const before = await totals();
        const ids = (await Promise.all(drafts.map(({ amount, userId }) => accepted([amount], userId)))).flat();
        const shuffled = () =>
          ids
            .map((id) => ({ id, order: random.next().value ?? 0 }))
            .sort((a, b) => a.order - b.order)
            .map(({ id }) => id);
        await Promise.all([1, 2, 3, 4].map(() => awards.award(shuffled())));
        const eligible = drafts.filter(({ amount }) => amount >= 100).length;
        const after = await totals();
        expect(after.stamps - before.stamps).toBe(eligible);
        expect(after.vouchers).toBe(after.perUser.reduce((sum, stamps) => sum + Math.floor(stamps / 10), 0));
        expect(await waiting()).toBe(0);
      },
    ),
    { numRuns: 25 },
  );
});

async function totals() {
  const rows = await database.query<{ stamps: number; vouchers: number }>(
    "SELECT stamps::int, vouchers::int FROM loyalty.balances",
  );
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const perUser = rows.map(({ stamps }) => stamps);
  return { stamps: sum(perUser), vouchers: sum(rows.map(({ vouchers }) => vouchers)), perUser };
}

test("what is due is claimed once by two relays together, and becomes due again later, each time after twice as long", async () => {
  await accepted(Array(20).fill(100));
  await accepted([100], 1, 60);
  const outbox = outboxRepository(database);
  const [one, two] = await Promise.all([outbox.claimDue(15, 10), outbox.claimDue(15, 10)]);
  expect(new Set([...one, ...two].map(({ id }) => id)).size).toBe(one.length + two.length);
  const rest = await outbox.claimDue(100, 10);
  expect(one.length + two.length + rest.length).toBe(20);
  expect(await outbox.claimDue(100, 10)).toEqual([]);
  await database.query("UPDATE loyalty.outbox SET due_at = now() WHERE relayed = 1");
  expect(await outbox.claimDue(100, 10)).toHaveLength(20);
  const [row] = await database.query<{ seconds: number }>(
    "SELECT max(extract(epoch FROM due_at - now()))::float AS seconds FROM loyalty.outbox WHERE relayed = 2",
  );
  expect(row?.seconds).toBeGreaterThan(15);
});
