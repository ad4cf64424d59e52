import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import aws4 from "aws4";
import * as z from "zod";
import { LoyaltyPlatform, type RunningService } from "../../../bench/loyalty-platform";
import { queueAccess } from "../../../config/queue-access";
import { checked } from "../../../dependencies/database/migrate/migration";
import { freePort } from "../../../dependencies/free-port";
import { type SecureRedis, startSecureRedis } from "../../redis-server";
import { until } from "../../until";

const user = "development-loyalty";
const cache = "development-queue";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a secret of this test", sessionToken: "a session" };

let platform: LoyaltyPlatform;
let redis: SecureRedis;
let endpoint: Server;
let asked: (string | undefined)[];

/** Where ECS gives a task its role's credentials: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html */
function startContainerEndpoint(port = 0): Server {
  return createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        Token: credentials.sessionToken,
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  }).listen(port, "127.0.0.1");
}

beforeAll(async () => {
  asked = [];
  endpoint = startContainerEndpoint();
  [platform, redis] = await Promise.all([
    LoyaltyPlatform.start(async (path) => checked(path, await import(path))),
    startSecureRedis(),
  ]);
});
afterAll(async () => {
  await platform.stop();
  await redis.stop();
  endpoint.close();
});
afterEach(() => redis.admin.call("ACL", "LOG", "RESET"));

/** In the order in which our signer writes them: AWS reads a query, Redis compares a password letter by letter. */
const fields = ["Action", "User", "X-Amz-Security-Token", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date"];
const lastFields = ["X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

/** The token of a second, made by another signer: what Redis takes for it, AWS would. */
function tokenOf(second: number): string {
  const date = new Date(second * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const query = new URLSearchParams({ Action: "connect", User: user, "X-Amz-Expires": "900", "X-Amz-Date": date });
  const request = { service: "elasticache", region: "eu-west-1", host: cache, path: `/?${query}`, signQuery: true };
  const signed = new URL(aws4.sign(request, credentials).path ?? "", `http://${cache}`).searchParams;
  const pairs = [...fields, ...lastFields].map((name) => `${name}=${encodeURIComponent(signed.get(name) ?? "")}`);
  return `${cache}/?${pairs.join("&")}`;
}

/** Lets the user in with tokens made from the next second on, and with none that was made before. Resolves in that second. */
async function acceptTokensFromNow(): Promise<void> {
  const next = Math.floor(Date.now() / 1000) + 1;
  const hashes = Array.from({ length: 120 }, (_, index) =>
    createHash("sha256")
      .update(tokenOf(next + index))
      .digest("hex"),
  );
  await redis.admin.call(
    "ACL",
    "SETUSER",
    user,
    "reset",
    ...queueAccess("loyalty").split(" "),
    ...hashes.map((hash) => `#${hash}`),
  );
  await until(() => Date.now() >= next * 1000);
}

const onAws = () => ({
  REDIS_URL: `rediss://localhost:${redis.port}`,
  REDIS_AUTH: "iam",
  REDIS_USER: user,
  REDIS_CACHE: cache,
  AWS_REGION: "eu-west-1",
  NODE_EXTRA_CA_CERTS: redis.certificate,
  OUTBOX_GRACE_SECONDS: "1",
});
/** As a function has them. */
const inEnvironment = {
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
};
/** As a task has them. */
function inContainer() {
  const address = endpoint.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "ours",
  };
}

async function post(url: string, body: Record<string, string>): Promise<Record<string, unknown>> {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const Balance = z.object({ transactions: z.array(z.object({ id: z.string(), awarded_at: z.string().nullable() })) });

/** Alice logs in, makes a transaction, and waits until it is awarded. */
async function transact(authentication: RunningService, transactions: RunningService): Promise<void> {
  const { token } = await post(`${authentication.url}/token`, { username: "alice", password: "password" });
  const bearer = String(token);
  const { id } = await post(`${transactions.url}/transactions`, { token: bearer, amount: "100", currency: "GBP" });
  for (;;) {
    const answer = await fetch(`${transactions.url}/balance`, { headers: { Authorization: `Bearer ${bearer}` } });
    const { transactions: latest } = Balance.parse(await answer.json());
    if (latest.some((one) => one.id === id && one.awarded_at !== null)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const clientsOf = async () =>
  String(await redis.admin.client("LIST"))
    .split("\n")
    .filter((line) => line.includes(` user=${user} `));

const denied = async () => redis.admin.call("ACL", "LOG");

test("the services work as users with the rights that AWS gives them, with tokens that another signer makes alike", async () => {
  await acceptTokensFromNow();
  const [authentication, transactions, worker] = await Promise.all([
    platform.startHttp("lambda/authentication", { ...onAws(), ...inEnvironment }),
    platform.startHttp("lambda/transactions", { ...onAws(), ...inEnvironment }),
    platform.startWorker({ ...onAws(), ...inContainer() }),
  ]);
  await until(async () => (await clientsOf()).length >= 5);
  await transact(authentication, transactions);
  expect(asked).toEqual(expect.arrayContaining(["ours"]));
  expect(await denied()).toEqual([]);
  const keys = await redis.admin.keys("*");
  expect(keys.filter((key) => !key.startsWith("loyalty:"))).toEqual([]);

  // Twelve hours later: the server ends what is connected, and takes no token from before.
  await acceptTokensFromNow();
  await redis.admin.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
  await until(async () => (await clientsOf()).length >= 5);
  await transact(authentication, transactions);
  expect(await denied()).toEqual([]);
  expect([authentication, transactions, worker].map((service) => service.hasEnded())).toEqual([false, false, false]);
  await Promise.all([authentication.end(), transactions.end(), worker.end()]);
});

test("a token that is not the user's is refused, and the worker goes on asking until it is let in", async () => {
  await redis.admin.call("ACL", "SETUSER", user, "reset", ...queueAccess("loyalty").split(" "));
  const worker = await platform.startWorker({ ...onAws(), ...inContainer() });
  await until(() => worker.log.some((line) => line.includes("WRONGPASS")));
  expect(await clientsOf()).toEqual([]);
  await acceptTokensFromNow();
  await until(async () => (await clientsOf()).length >= 3);
  await worker.end();
});

test("while nobody gives the worker credentials it says so, and connects when somebody does", async () => {
  await acceptTokensFromNow();
  const port = await freePort();
  const worker = await platform.startWorker({
    ...onAws(),
    ...inContainer(),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/credentials`,
  });
  await until(() => worker.log.some((line) => /credentials/i.test(line)));
  expect(await clientsOf()).toEqual([]);
  const late = startContainerEndpoint(port);
  await until(async () => (await clientsOf()).length >= 3);
  await worker.end();
  late.close();
});

test.each([
  ["that nobody vouches for", { NODE_EXTRA_CA_CERTS: "" }, "self-signed certificate"],
  ["of another name", { REDIS_URL: "other name" }, "does not match certificate"],
])("a certificate %s is refused, with a line that says so", async (_, wrong: Record<string, string>, message) => {
  await acceptTokensFromNow();
  const url = wrong.REDIS_URL && { REDIS_URL: `rediss://127.0.0.1:${redis.port}` };
  const worker = await platform.startWorker({ ...onAws(), ...inContainer(), ...wrong, ...url });
  await until(() => worker.log.some((line) => line.includes(message)));
  expect(await clientsOf()).toEqual([]);
  await worker.end();
});

test("a product's user may not touch another product's keys, nor run what is dangerous", async () => {
  await redis.admin.call("ACL", "SETUSER", "development-shop", ...queueAccess("shop").split(" "));
  const dryRun = (...command: string[]) => redis.admin.call("ACL", "DRYRUN", "development-shop", ...command);
  expect(await dryRun("SET", "shop:a", "1")).toBe("OK");
  expect(await dryRun("SET", "loyalty:a", "1")).toMatch(/no permissions to access the 'loyalty:a' key/);
  expect(await dryRun("EVAL", "return 1", "1", "loyalty:a")).toMatch(/no permissions/);
  const dangerous = await redis.admin.call("ACL", "CAT", "dangerous");
  const allowed = queueAccess("shop")
    .split(" ")
    .flatMap((word) => (word.startsWith("+") ? [word.slice(1)] : []));
  expect(Array.isArray(dangerous) && allowed.filter((command) => dangerous.includes(command))).toEqual(["info"]);
});
