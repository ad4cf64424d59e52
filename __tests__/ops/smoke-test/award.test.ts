import { createServer, type Server } from "node:http";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { checked } from "../../../dependencies/database/migrate/migration";
import { freePort } from "../../../dependencies/free-port";
import { awardTest } from "../../../ops/smoke-test/award";
import { smokeUserOf } from "../../../ops/smoke-user/credentials";
import { SmokeUser, writeSmokeUser } from "../../../ops/smoke-user/smoke-user";

const username = "smoke";
const password = "something that nobody types";

let platform: LoyaltyPlatform;
let authentication: RunningService;
let transactions: RunningService;
let router: Server;
let url: string;
let output: string[];

beforeAll(async () => {
  platform = await LoyaltyPlatform.start(async (path) => checked(path, await import(path)));
  const user = await smokeUserOf({ SMOKE_TEST_USERNAME: username, SMOKE_TEST_PASSWORD: password });
  await writeSmokeUser({ connectionString: platform.adminUrl }, SmokeUser.parse(user));
  [authentication, transactions] = await Promise.all([
    platform.startHttp("lambda/authentication"),
    platform.startHttp("lambda/transactions"),
  ]);
  // One origin, as API Gateway gives: the first segment says which service, and is stripped.
  router = createServer(async (request, response) => {
    const [, service = "", rest = ""] = /^\/(\w+)(\/.*)$/.exec(request.url ?? "") ?? [];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = new Headers(
      ["content-type", "authorization", "idempotency-key"].flatMap((name) => {
        const value = request.headers[name];
        return typeof value === "string" ? [[name, value] as [string, string]] : [];
      }),
    );
    const { method = "GET" } = request;
    const target = `${service === "authentication" ? authentication.url : transactions.url}${rest}`;
    const answer = await fetch(target, { method, headers, ...(method === "POST" && { body: Buffer.concat(chunks) }) });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const port = await freePort();
  await new Promise<void>((resolve) => router.listen(port, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  router?.closeAllConnections();
  router?.close();
  await platform?.stop();
});
beforeEach(() => {
  output = [];
});

const run = (options: Partial<Parameters<typeof awardTest>[0]> = {}) =>
  awardTest(
    {
      url,
      interval: 20,
      timeLimit: 60,
      answerWithin: 30,
      username,
      password,
      paths: { authentication: "/authentication", transactions: "/transactions" },
      report: (line) => void output.push(line),
      ...options,
    },
    new AbortController().signal,
  );

test("fails when no worker awards it, and says how far it came", async () => {
  await expect(run({ timeLimit: 0.1 })).resolves.toMatchObject({
    passed: false,
    answer: expect.stringMatching(/^accepted, and no stamp after \d+\.\d s$/),
  });
});

test("passes when a worker awards its transaction, which is one however often it looked", async () => {
  const worker = await platform.startWorker();
  const { passed, answer } = await run();
  expect({ passed, answer }).toEqual({ passed: true, answer: expect.stringMatching(/^a stamp after \d+\.\d s$/) });
  await worker.end();
  expect(output.join("\n")).not.toContain(password);
});

test("sends one transaction, not one a look", async () => {
  const balance = async () => {
    const login = await fetch(`${url}/authentication/token`, {
      method: "POST",
      body: new URLSearchParams({ username, password }),
    });
    const { token } = JSON.parse(await login.text());
    const answer = await fetch(`${url}/transactions/balance`, { headers: { Authorization: `Bearer ${token}` } });
    return JSON.parse(await answer.text()).transactions.length;
  };
  const before = await balance();
  const { tries } = await run({ timeLimit: 0.3 });
  expect(tries).toBeGreaterThan(1);
  expect(await balance()).toBe(before + 1);
});

test.each([
  [
    "a wrong password",
    { password: "another" },
    /^\/authentication\/token answered 401 .*; the job migrate writes smoke: play it again$/,
  ],
  ["a user who may not transact", { username: "charlie", password: "password" }, /transactions answered 403 /],
])("ends at once on %s, with the service's words", async (_what, options, answer) => {
  await expect(run(options)).resolves.toMatchObject({ passed: false, answer: expect.stringMatching(answer), tries: 1 });
});

test("tries again while the API answers with errors of its own", async () => {
  await expect(run({ url: "http://127.0.0.1:1", timeLimit: 0.05 })).resolves.toMatchObject({
    passed: false,
    tries: expect.any(Number),
  });
  expect(output[0]).toMatch(/trying again$/);
});
