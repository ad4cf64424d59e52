import { rm } from "node:fs/promises";
import pg from "pg";
import { LoyaltyPlatform } from "../../../bench/loyalty-platform";
import { capacity, connectionsToQueue } from "../../../config/capacity";
import { checked } from "../../../dependencies/database/migrate/migration";
import { type Answer, FunctionProcess, writeFunction } from "../../lambda/function-process";
import { catalogue, exampleEnvironment } from "../../platform-fixture";
import { until } from "../../until";

let platform: LoyaltyPlatform;
beforeAll(async () => {
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
});
afterAll(() => platform.stop());

async function send(url: string, fields: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  return JSON.parse(await response.text());
}

test("each service opens as many connections to the queue as the capacity guard counts for one instance, or fewer", async () => {
  const admin = platform.queue.connect("consuming");
  const others = async () =>
    String(await admin.call("CLIENT", "LIST", "TYPE", "normal"))
      .trim()
      .split("\n").length - 1;

  const authentication = await platform.startHttp("lambda/authentication");
  const { token } = await send(`${authentication.url}/token`, { username: "alice", password: "password" });
  const ofLogins = await others();
  const transactions = await platform.startHttp("lambda/transactions");
  const { id } = await send(`${transactions.url}/transactions`, {
    token: String(token),
    amount: "2000",
    currency: "GBP",
  });
  expect(id).toEqual(expect.any(String));
  const ofTransactions = (await others()) - ofLogins;
  const worker = await platform.startWorker();
  const balance = async () =>
    JSON.parse(
      await (await fetch(`${transactions.url}/balance`, { headers: { Authorization: `Bearer ${token}` } })).text(),
    );
  while ((await balance()).stamps !== 1);
  const ofWorker = (await others()) - ofLogins - ofTransactions;
  admin.disconnect();

  expect(worker.hasEnded()).toBe(false);
  for (const opened of [ofLogins, ofTransactions, ofWorker]) expect(opened).toBeGreaterThan(0);
  expect(Math.max(ofLogins, ofTransactions)).toBeLessThanOrEqual(connectionsToQueue.http);
  expect(ofWorker).toBeLessThanOrEqual(connectionsToQueue.worker);
});

test("functions that work at once, each on one request, open as many connections to the database as the capacity guard counts", async () => {
  const instances = 4;
  const { connections } = exampleEnvironment.functions.default;
  const settings = { ...exampleEnvironment.functions.default, reservedConcurrency: instances };
  const counted = capacity({ ...exampleEnvironment, functions: { default: settings, services: {} } }, [
    { ...catalogue, uses: ["database"] },
  ]);
  const folder = await writeFunction("lambda/transactions");
  const env = { ...platform.environment, DATABASE_POOL_SIZE: String(connections), PGAPPNAME: "function" };
  const functions = await Promise.all(Array.from({ length: instances }, () => FunctionProcess.start(folder, env)));
  const { url } = await platform.startHttp("lambda/authentication");
  const { token } = await send(`${url}/token`, { username: "alice", password: "password" });
  const admin = new pg.Client({ connectionString: platform.adminUrl });
  await admin.connect();

  /** Has each function serve a request, holds them until so many statements wait, and resolves with the connections then. */
  async function seen(waiting: number, ask: (instance: FunctionProcess) => Promise<Answer>): Promise<number> {
    // Whatever would join statements has a reason to: they all wait.
    await admin.query("BEGIN; LOCK TABLE loyalty.transactions, loyalty.balances IN ACCESS EXCLUSIVE MODE");
    const answers = functions.map(ask);
    let now = { open: 0, waiting: 0 };
    await until(async () => {
      // Within a transaction, activity stands still unless told otherwise.
      await admin.query("SELECT pg_stat_clear_snapshot()");
      const { rows } = await admin.query(
        `SELECT count(*)::int AS open, count(*) FILTER (WHERE wait_event_type = 'Lock')::int AS waiting
         FROM pg_stat_activity WHERE application_name = 'function'`,
      );
      now = rows[0];
      return now.waiting === waiting;
    });
    await admin.query("COMMIT");
    for (const answer of answers) expect(await answer).toMatchObject({ statusCode: 200 });
    return now.open;
  }

  try {
    const transaction = { token: String(token), amount: "1", currency: "GBP" };
    const accept = (instance: FunctionProcess) => instance.request("POST", "/transactions", transaction);
    expect(await seen(instances, accept)).toBe(instances);
    // A balance is two statements at once.
    const multiValueHeaders = { Authorization: [`Bearer ${token}`] };
    const show = (instance: FunctionProcess) => instance.request("GET", "/balance", undefined, { multiValueHeaders });
    const { wanted } = counted.connections;
    expect(await seen(wanted, show)).toBe(wanted);
  } finally {
    await admin.end();
    await Promise.all(functions.map((instance) => instance.end()));
    await rm(folder, { recursive: true });
  }
});
