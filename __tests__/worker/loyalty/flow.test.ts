import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { checked } from "../../../dependencies/database/migrate/migration";

let platform: LoyaltyPlatform;
let authentication: RunningService;
let transactions: RunningService;

beforeAll(async () => {
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
  [authentication, transactions] = await Promise.all([
    platform.startHttp("lambda/authentication"),
    platform.startHttp("lambda/transactions"),
  ]);
  await platform.startWorker();
});
afterAll(() => platform.stop());

async function post(
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function token(username: string): Promise<string> {
  const { body } = await post(`${authentication.url}/token`, { username, password: "password" });
  return String(body.token);
}

async function balance(token: string) {
  const response = await fetch(`${transactions.url}/balance`, { headers: { Authorization: `Bearer ${token}` } });
  return JSON.parse(await response.text());
}

test("a customer trades a password for a token, makes ten transactions, and finds ten stamps and a voucher", async () => {
  const bearer = await token("alice");
  for (let count = 0; count < 10; count += 1) {
    const { status, body } = await post(`${transactions.url}/transactions`, {
      token: bearer,
      amount: "2000",
      currency: "GBP",
    });
    expect([status, body]).toEqual([200, { id: expect.any(String), user_id: 1, amount: 2000, currency: "GBP" }]);
  }
  let seen = await balance(bearer);
  while (seen.stamps < 10) seen = await balance(bearer);
  expect(seen).toMatchObject({ user_id: 1, stamps: 10, vouchers: 1 });
  expect(seen.transactions).toHaveLength(10);
  expect(seen.transactions[0]).toMatchObject({ stamps: 1, awarded_at: expect.any(String) });
});

test("charlie gets a token and may not transact", async () => {
  const fields = { token: await token("charlie"), amount: "2000", currency: "GBP" };
  expect(await post(`${transactions.url}/transactions`, fields)).toEqual({
    status: 403,
    body: { error: "this user may not transact" },
  });
});

test("the logs hold no username, password, token or amount", async () => {
  const log = [...authentication.log, ...transactions.log].join("\n");
  expect(log).toContain('"route":"/token"');
  // An id or a time may hold any digits.
  const told = log.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{13}/g, "");
  expect(told).not.toMatch(/alice|charlie|password"|eyJ|\b2000\b/);
});

test("a process without its variables names each of them and ends", async () => {
  const start = platform.startHttp("lambda/transactions", { JWT_SECRET: "short", REDIS_URL: "" });
  await expect(start).rejects.toThrow(
    /did not start[\s\S]*REDIS_URL is missing[\s\S]*JWT_SECRET is invalid: must have at least 32 bytes/,
  );
});
