import { LoyaltyPlatform } from "../../../bench/loyalty-platform";
import { connectionsToQueue } from "../../../config/capacity";
import { checked } from "../../../dependencies/database/migrate/migration";

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
