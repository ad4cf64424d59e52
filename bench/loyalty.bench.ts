import { randomUUID } from "node:crypto";
import autocannon from "autocannon";
import { payloadOf, tokenContract, transactionQueue } from "../contracts/loyalty";
import { withClient } from "../dependencies/database/client";
import { createProducer } from "../runtime/queue";
import { createTokens } from "../runtime/token";
import { fixedKeys } from "../runtime/token-keys";
import { LoyaltyPlatform, secret } from "./loyalty-platform";
import { report } from "./measure";

const clients = 16;
const seconds = 10;
const tokens = createTokens({ keys: fixedKeys(secret), ...tokenContract });

/** Transactions accepted a second by one API process: written durably with their outbox rows, and queued. */
async function accepted(platform: LoyaltyPlatform): Promise<number> {
  const api = await platform.startHttp("lambda/transactions");
  const run = async (duration: number) => {
    const token = await tokens.issue({ user_id: 1, username: "alice", can_transact: true });
    return autocannon({
      url: `${api.url}/transactions`,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ token, amount: "2000", currency: "GBP" }).toString(),
      connections: clients,
      duration,
    });
  };
  await run(3);
  const result = await run(seconds);
  await api.end();
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return result["2xx"] / result.duration;
}

/** What PostgreSQL alone does: the same rows, one transaction a commit, from as many connections as there are clients. */
async function committed(platform: LoyaltyPlatform): Promise<number> {
  const insert = `WITH accepted AS (
      INSERT INTO loyalty.transactions (id, user_id, amount, currency) VALUES ($1, 1, 2000, 'GBP') RETURNING id
    ) INSERT INTO loyalty.outbox SELECT id, $2, now(), 0 FROM accepted`;
  const end = performance.now() + seconds * 1000;
  const counts = await Promise.all(
    Array.from({ length: clients }, () =>
      withClient(platform.adminUrl, async (client) => {
        let count = 0;
        for (; performance.now() < end; count += 1) {
          const id = randomUUID();
          await client.query(insert, [id, payloadOf(id)]);
        }
        return count;
      }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

/** Transactions awarded a second by two workers: from the first to the last award of a backlog that starts full. */
async function awarded(platform: LoyaltyPlatform, count: number, concurrency: number): Promise<number> {
  // The queue of what was measured before.
  await platform.crashRedis({ wipe: true });
  return withClient(platform.adminUrl, async (client) => {
    const ids = Array.from({ length: count }, () => randomUUID());
    await client.query("TRUNCATE loyalty.outbox, loyalty.transactions, loyalty.balances");
    await client.query(
      `WITH accepted AS (
         INSERT INTO loyalty.transactions (id, user_id, amount, currency)
         SELECT id, 1 + row_number() OVER () % 2, 2000, 'GBP' FROM unnest($1::uuid[]) AS id RETURNING id
       ) INSERT INTO loyalty.outbox SELECT id, $2, now() + interval '1 hour', 0 FROM accepted`,
      [ids, "{}"],
    );
    await client.query("VACUUM ANALYZE loyalty.transactions, loyalty.outbox");
    const producer = createProducer(platform.queue, transactionQueue, () => undefined);
    while (!producer.isConnected()) await new Promise((resolve) => setImmediate(resolve));
    for (let at = 0; at < count; at += 1000) {
      await producer.enqueue(ids.slice(at, at + 1000).map((id) => ({ id, payload: payloadOf(id) })));
    }
    await producer.close();
    const workers = await Promise.all([1, 2].map(() => platform.startWorker({ CONCURRENCY: String(concurrency) })));
    for (;;) {
      const { rows } = await client.query("SELECT count(*)::int AS left FROM loyalty.outbox");
      if (rows[0].left === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { rows } = await client.query(
      `SELECT extract(epoch FROM max(awarded_at) - min(awarded_at))::float AS seconds, count(*)::int AS awarded,
         (SELECT sum(stamps)::int FROM loyalty.balances) AS stamps FROM loyalty.transactions`,
    );
    const [{ seconds, awarded, stamps }] = rows;
    if (awarded !== count || stamps !== count) throw new Error(`${count} queued, ${awarded} awarded, ${stamps} stamps`);
    await Promise.all(workers.map((worker) => worker.end()));
    return count / seconds;
  });
}

const platform = await LoyaltyPlatform.start();
try {
  const committedPerSecond = await committed(platform);
  const acceptedPerSecond = await accepted(platform);
  const one = await awarded(platform, 2_000, 1);
  const many = await awarded(platform, 30_000, 200);
  report([
    {
      name: `Transaction API, ${clients} clients, durable`,
      value: acceptedPerSecond,
      unit: "transactions/s",
      yardstick: {
        name: `${clients} connections that insert the same rows, no HTTP, no token`,
        value: committedPerSecond,
      },
      target: "1,500",
      reached: acceptedPerSecond >= 1500,
    },
    {
      name: "two workers, recorded and awarded, durable",
      value: many,
      unit: "transactions/s",
      yardstick: { name: "the same two, one job at a time", value: one },
      target: "1,000, and 3 x the yardstick",
      reached: many >= 1000 && many >= 3 * one,
    },
  ]);
} finally {
  await platform.stop();
}
