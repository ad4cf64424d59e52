import fc from "fast-check";
import { callerRequestsRepository } from "../../lambda/preferences/caller-requests-repository";
import { createDatabase } from "../../runtime/database";
import { createLogger } from "../../runtime/logger";
import { Problem } from "../../runtime/problem";
import { createUsageLimit, type TakeRequests } from "../../runtime/usage-limit";
import { testDatabase } from "../database";

/** The shared count of one window, and how often it was asked. */
function sharedCount() {
  const taken = new Map<string, number>();
  let asked = 0;
  const take: TakeRequests = async (caller, requests) => {
    asked += 1;
    taken.set(caller, (taken.get(caller) ?? 0) + requests);
    return { requests: taken.get(caller) ?? 0, seconds: 30 };
  };
  return { take, taken, asked: () => asked };
}

const letIn = (request: Promise<void>) =>
  request.then(
    () => true,
    (error: unknown) => {
      if (error instanceof Problem && error.status === 429) return false;
      throw error;
    },
  );

test("however its requests fall on instances, a caller gets no more than the limit, and at least half of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat(), { minLength: 600, maxLength: 900 }),
      async (limit, count, requests) => {
        const { take } = sharedCount();
        const instances = Array.from({ length: count }, () => createUsageLimit(limit, take));
        let admitted = 0;
        for (const request of requests) {
          const ask = instances[request % count];
          if (ask && (await letIn(ask("ada")))) admitted += 1;
        }
        expect(admitted).toBeLessThanOrEqual(limit);
        expect(admitted).toBeGreaterThanOrEqual(limit / 2);
      },
    ),
    { numRuns: 50 },
  );
});

test("on one instance a caller gets exactly the limit, of requests that come one by one or all at once", async () => {
  const { take } = sharedCount();
  const ask = createUsageLimit(100, take);
  const all = await Promise.all(Array.from({ length: 250 }, () => letIn(ask("ada"))));
  expect(all.filter(Boolean)).toHaveLength(100);
  const other = createUsageLimit(100, sharedCount().take);
  let admitted = 0;
  for (let request = 0; request < 250; request += 1) if (await letIn(other("ada"))) admitted += 1;
  expect(admitted).toBe(100);
});

test("few requests pay for the shared count, and none of those that are refused", async () => {
  const { take, asked } = sharedCount();
  const ask = createUsageLimit(1000, take);
  for (let request = 0; request < 1000; request += 1) await ask("ada");
  expect(asked()).toBeLessThan(30);
  expect(await letIn(ask("ada"))).toBe(false);
  const before = asked();
  for (let request = 0; request < 1000; request += 1) expect(await letIn(ask("ada"))).toBe(false);
  expect(asked()).toBe(before);
});

test("callers are counted apart, and all begin anew with the next window, which Retry-After names", async () => {
  const { take, taken } = sharedCount();
  const start = 1_000_000;
  let moment = start;
  const timed: TakeRequests = async (caller, requests) => ({
    ...(await take(caller, requests)),
    seconds: 30 - (moment - start) / 1000,
  });
  const ask = createUsageLimit(1, timed, () => moment);
  await ask("ada");
  await ask("bob");
  moment += 10_500;
  await expect(ask("ada")).rejects.toMatchObject({ status: 429, headers: { "Retry-After": "20" } });
  moment += 19_500;
  taken.clear();
  await ask("ada");
});

test("a count that fails refuses nobody for good", async () => {
  const { take } = sharedCount();
  let isAway = true;
  const ask = createUsageLimit(10, async (caller, requests) => {
    if (isAway) throw new Error("away");
    return take(caller, requests);
  });
  await expect(ask("ada")).rejects.toThrow("away");
  isAway = false;
  await ask("ada");
});

test("two processes share a count in PostgreSQL, whose rows last no longer than the minute and name nobody", async () => {
  const databases = await testDatabase();
  const logger = createLogger({ service: "test", level: "silent" });
  const connect = () => createDatabase({ DATABASE_URL: databases.preferencesUrl, DATABASE_POOL_SIZE: 5 }, logger);
  const [first, second] = [connect(), connect()];
  await first.query(
    `INSERT INTO preferences.caller_requests (caller, minute, requests)
     SELECT sha256(n::text::bytea), now() - interval '1 hour', 1 FROM generate_series(1, 3) n`,
  );
  const [a, b] = [callerRequestsRepository(first), callerRequestsRepository(second)];
  const both = await Promise.all([a.take("ada", 2), b.take("ada", 3), a.take("bob", 1)]);
  const rows = await first.query<{ caller: Buffer; requests: number }>(
    "SELECT caller, requests FROM preferences.caller_requests WHERE minute > now() - interval '2 minutes'",
  );
  // A minute may have begun between two of them; what is taken is counted all the same.
  expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(6);
  expect(rows.map(({ caller }) => caller.length)).toEqual(rows.map(() => 32));
  expect(both.every(({ seconds }) => seconds > 0 && seconds <= 60)).toBe(true);
  expect(
    await first.query("SELECT FROM preferences.caller_requests WHERE minute < now() - interval '30 minutes'"),
  ).toEqual([]);
  await Promise.all([first.close(), second.close()]);
  await databases.drop();
});
