import fc from "fast-check";
import { tokenContract } from "../../../contracts/loyalty";
import { seed } from "../../../dependencies/database/prepare-database";
import { balanceRepository } from "../../../lambda/transactions/balance-repository";
import { addOperations } from "../../../lambda/transactions/operations";
import { transactionRepository } from "../../../lambda/transactions/transaction-repository";
import { createUserLimit } from "../../../lambda/transactions/user-limit";
import { Api } from "../../../runtime/api";
import { createDatabase, type Database } from "../../../runtime/database";
import { createLogger } from "../../../runtime/logger";
import { plainForm } from "../../../runtime/plain-error";
import { createTokens } from "../../../runtime/token";
import { fixedKeys } from "../../../runtime/token-keys";
import { type TestDatabase, testDatabase } from "../../database";

const logger = createLogger({ service: "test", level: "silent" });
const secret = "the secret of this test, 32 bytes or more";
const tokens = createTokens({ keys: fixedKeys(secret), ...tokenContract });
const uuid = /^[0-9a-f-]{36}$/;

let databases: TestDatabase;
let database: Database;
let app: Api;
let alice: string;
let bob: string;
let charlie: string;
/** The batches of ids that went to the queue. */
let queued: (readonly string[])[];

beforeAll(async () => {
  databases = await testDatabase();
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  database = createDatabase({ DATABASE_URL: databases.loyaltyUrl, DATABASE_POOL_SIZE: 5 }, logger);
  const ready = () => database.query("SELECT 1");
  app = new Api({ name: "transactions", description: "", logger, ready, ...plainForm });
  addOperations(app, {
    transactions: transactionRepository(database, 5, (jobs) => queued.push(jobs.map(({ id }) => id))),
    balances: balanceRepository(database),
    tokens,
    limit: createUserLimit(undefined),
  });
});
beforeEach(async () => {
  queued = [];
  const issue = (user_id: number, username: string, can_transact = true) =>
    tokens.issue({ user_id, username, can_transact });
  [alice, bob, charlie] = await Promise.all([issue(1, "alice"), issue(2, "bob"), issue(3, "charlie", false)]);
});
afterAll(async () => {
  await database.close();
  await databases.drop();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function send(path: string, init: RequestInit): Promise<Answer> {
  const response = await app.fetch(new Request(`http://transactions${path}`, init));
  return { status: response.status, body: JSON.parse(await response.text()) };
}
const form = (fields: Record<string, string>, headers: Record<string, string> = {}, path = "/transactions") =>
  send(path, { method: "POST", body: new URLSearchParams(fields), headers });
const json = (body: unknown, headers: Record<string, string> = {}) =>
  send("/", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });
const balance = (token: string) => send("/balance", { headers: { authorization: `Bearer ${token}` } });
const count = async (table: "transactions" | "outbox") => {
  const [row] = await database.query<{ count: string }>(`SELECT count(*) FROM loyalty.${table}`);
  return Number(row?.count);
};

test.each(["/transactions", "/"])(
  "POST %s takes the contract's form and answers with the transaction",
  async (path) => {
    const { status, body } = await form({ token: alice, amount: "2000", currency: "GBP" }, {}, path);
    expect([status, body]).toEqual([
      200,
      { id: expect.stringMatching(uuid), user_id: 1, amount: 2000, currency: "GBP" },
    ]);
  },
);

test("JSON with Authorization: Bearer does as well", async () => {
  const { status, body } = await json({ amount: 2000, currency: "EUR" }, { authorization: `Bearer ${bob}` });
  expect([status, body]).toMatchObject([200, { user_id: 2, amount: 2000, currency: "EUR" }]);
});

test("an accepted transaction stands in the outbox under its id, with a reference as its payload, and is queued", async () => {
  const { body } = await form({ token: alice, amount: "100", currency: "GBP" });
  const rows = await database.query("SELECT payload FROM loyalty.outbox WHERE job_id = $1", [body.id]);
  expect(rows).toEqual([{ payload: JSON.stringify({ version: 1, transaction_id: body.id }) }]);
  expect(queued).toEqual([[body.id]]);
});

test("transactions that arrive together are written together, each answered with its own", async () => {
  const amounts = Array.from({ length: 50 }, (_, index) => index + 1);
  const answers = await Promise.all(amounts.map((amount) => json({ token: alice, amount, currency: "GBP" })));
  expect(answers.map(({ body }) => body.amount)).toEqual(amounts);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(50);
  expect(queued.length).toBeLessThan(10);
});

test("a user who may not transact is answered 403, and nothing is written", async () => {
  const before = await count("transactions");
  const { status, body } = await form({ token: charlie, amount: "2000", currency: "GBP" });
  expect([status, body]).toEqual([403, { error: "this user may not transact" }]);
  expect(await count("transactions")).toBe(before);
});

describe("an Idempotency-Key", () => {
  const keyed = (token: string, key: string, amount = "500") =>
    form({ token, amount, currency: "GBP" }, { "idempotency-key": key });

  test("sent again gets the first transaction, and no second", async () => {
    const first = await keyed(alice, "order-1");
    const before = [await count("transactions"), await count("outbox")];
    expect(await keyed(alice, "order-1")).toEqual(first);
    expect([await count("transactions"), await count("outbox")]).toEqual(before);
  });

  test("sent many times at once makes one transaction", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => keyed(alice, "order-2")));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  test("is taken in the order of keys, so that two processes with the same keys cannot wait for each other", async () => {
    const { accept } = transactionRepository(database, 5, () => undefined);
    const draft = (idempotencyKey: string) => accept({ userId: 1, amount: 100, currency: "GBP", idempotencyKey });
    let accepted: Promise<unknown> = Promise.resolve();
    await database.transaction(async ({ query }) => {
      const insert = `INSERT INTO loyalty.transactions (id, user_id, amount, currency, idempotency_key)
        VALUES (gen_random_uuid(), 1, 100, 'GBP', $1)`;
      await query(insert, ["key-m"]);
      // The first is written alone; the others, which come meanwhile, together.
      accepted = Promise.all(["key-0", "key-z", "key-m", "key-a"].map(draft));
      const waiter = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      while ((await database.query(waiter)).length === 0);
      await query(insert, ["key-z"]);
    });
    await expect(accepted).resolves.toHaveLength(4);
  });

  test("belongs to its user", async () => {
    const [first, second] = [await keyed(alice, "order-3"), await keyed(bob, "order-3")];
    expect(first.body.id).not.toBe(second.body.id);
  });

  test("for another amount is refused", async () => {
    await keyed(alice, "order-4", "500");
    const { status, body } = await keyed(alice, "order-4", "501");
    expect([status, body]).toEqual([422, { error: "Idempotency-Key was used before, for another amount or currency" }]);
  });

  test.each(["a b", "k".repeat(256)])("that is malformed is refused: %s", async (key) => {
    expect((await keyed(alice, key)).status).toBe(422);
  });
});

describe("what is malformed is answered 422 with what to change:", () => {
  const amountRule = "amount must be a whole number of minor units from 1 to 1000000000000";
  const currencyRule = "currency must be a code of ISO 4217 in capital letters, such as GBP";

  test.each(["0", "-1", "1.5", "1e3", "", " 1", "0x10", "1000000000001", "99999999999999999999", "NaN"])(
    "amount %j in a form",
    async (amount) => {
      const { status, body } = await form({ token: alice, amount, currency: "GBP" });
      expect([status, body]).toEqual([422, { error: expect.stringContaining(amountRule) }]);
    },
  );

  test.each([0, -1, 1.5, 1e300, 1_000_000_000_001, true, null, [1], {}])("amount %j in JSON", async (amount) => {
    const { status, body } = await json({ token: alice, amount, currency: "GBP" });
    expect([status, body]).toEqual([422, { error: expect.stringContaining(amountRule) }]);
  });

  test.each(["", "gbp", "GB", "GBPP", "ABC", "HRK", "XTS"])("currency %j", async (currency) => {
    const { status, body } = await form({ token: alice, amount: "1", currency });
    expect([status, body]).toEqual([422, { error: currencyRule }]);
  });

  test("no field at all", async () => {
    const { status, body } = await form({});
    expect([status, body]).toEqual([422, { error: expect.stringMatching(/amount.*currency/) }]);
  });

  test.each([
    ["none", {}, "token is missing: send it as a field, or as Authorization: Bearer"],
    ["a blank one", { token: " " }, "token is missing: send it as a field, or as Authorization: Bearer"],
    ["no JWT", { token: "abc" }, "token is not valid"],
  ])("the token is %s", async (_, fields, error) => {
    const { status, body } = await form({ ...fields, amount: "1", currency: "GBP" });
    expect([status, body]).toEqual([422, { error }]);
  });

  test("the token has expired", async () => {
    const past = createTokens({ keys: fixedKeys(secret), ...tokenContract, now: () => new Date(Date.now() - 31_000) });
    const token = await past.issue({ user_id: 1, username: "alice", can_transact: true });
    const { status, body } = await form({ token, amount: "1", currency: "GBP" });
    expect([status, body]).toEqual([422, { error: "token has expired" }]);
  });

  test("another scheme of authorization, and two tokens that differ", async () => {
    const fields = { amount: "1", currency: "GBP" };
    expect((await form(fields, { authorization: "Basic YTpi" })).status).toBe(422);
    expect((await form({ ...fields, token: alice }, { authorization: `Bearer ${bob}` })).status).toBe(422);
  });
});

test("the largest amount is accepted as a number and as digits", async () => {
  expect((await json({ token: alice, amount: 1_000_000_000_000, currency: "JPY" })).status).toBe(200);
  expect((await form({ token: alice, amount: "1000000000000", currency: "JPY" })).status).toBe(200);
});

test("whatever JSON is sent, the answer is one of the contract's and never a crash", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.constantFrom("application/json", "application/x-www-form-urlencoded"),
      async (body, type) => {
        const answer = await send("/", { method: "POST", body, headers: { "content-type": type } });
        expect([answer.status, answer.body]).toEqual([422, { error: expect.any(String) }]);
      },
    ),
    { numRuns: 100 },
  );
});

test("a valid transaction is accepted whatever its amount and currency", async () => {
  const amount = fc.integer({ min: 1, max: 1_000_000_000_000 });
  await fc.assert(
    fc.asyncProperty(amount, fc.constantFrom("GBP", "EUR", "XCG", "KWD"), async (amount, currency) => {
      const answer = await json({ token: alice, amount, currency });
      expect([answer.status, answer.body]).toMatchObject([200, { amount, currency }]);
    }),
    { numRuns: 30 },
  );
});

test("a balance shows the latest 20 of its own user's transactions, newest first, none awarded yet", async () => {
  const token = await tokens.issue({ user_id: 2, username: "bob", can_transact: true });
  for (let amount = 1; amount <= 21; amount += 1) await json({ token, amount, currency: "SEK" });
  const { status, body } = await balance(token);
  expect(status).toBe(200);
  expect(body).toMatchObject({ user_id: 2, stamps: 0, vouchers: 0 });
  const amounts = Array.from({ length: 20 }, (_, index) => 21 - index);
  expect(body.transactions).toEqual(
    amounts.map((amount) => expect.objectContaining({ amount, currency: "SEK", awarded_at: null, stamps: null })),
  );
});

test("a user without transactions has a balance of zeros; without a token there is none", async () => {
  expect((await balance(charlie)).body).toEqual({ user_id: 3, stamps: 0, vouchers: 0, transactions: [] });
  expect((await send("/balance", {})).status).toBe(422);
  expect((await balance("abc")).status).toBe(422);
});

test("health is the contract's", async () => {
  expect(await send("/health", {})).toEqual({ status: 200, body: { healthy: true } });
});

test("a user who makes more requests than the limit is answered 429 as the contract writes errors, and another is not", async () => {
  const api = new Api({ name: "transactions", description: "", logger, ready: async () => undefined, ...plainForm });
  addOperations(api, {
    transactions: transactionRepository(database, 5, () => undefined),
    balances: balanceRepository(database),
    tokens,
    limit: createUserLimit(2),
  });
  const ask = (token: string) =>
    api.fetch(new Request("http://transactions/balance", { headers: { authorization: `Bearer ${token}` } }));
  const pay = (token: string) =>
    api.fetch(
      new Request("http://transactions/", {
        method: "POST",
        body: new URLSearchParams({ token, amount: "1", currency: "GBP" }),
      }),
    );
  expect((await ask(alice)).status).toBe(200);
  // Another token of the same user, and a transaction: the count is the user's.
  const another = await tokens.issue({ user_id: 1, username: "alice", can_transact: true });
  expect((await pay(another)).status).toBe(200);
  const refused = await pay(alice);
  expect([refused.status, await refused.json()]).toEqual([
    429,
    { error: expect.stringMatching(/^too many requests, try again in \d+ s$/) },
  ]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask(another)).status).toBe(429);
  expect((await ask(bob)).status).toBe(200);
});
