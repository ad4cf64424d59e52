import { verify } from "@node-rs/argon2";
import { Agent } from "undici";
import { tokenContract } from "../contracts/loyalty";
import { hashPassword } from "../lambda/authentication/password";
import { createTokens } from "../runtime/token";
import { fixedKeys } from "../runtime/token-keys";
import { LoyaltyPlatform, secret } from "./loyalty-platform";
import { type Measurement, report } from "./measure";

/** How many log in at once, again and again. */
const logins = 100;
const seconds = 8;
const tokens = createTokens({ keys: fixedKeys(secret), ...tokenContract });
/** Connections of their own, so that no request waits for one that a login holds. */
const agents = { logins: new Agent({ connections: logins }), others: new Agent() };

async function send(agent: Agent, url: string, body?: Record<string, string>): Promise<void> {
  const { origin, pathname } = new URL(url);
  const answer = await agent.request({
    origin,
    path: pathname,
    ...(body === undefined
      ? { method: "GET" as const }
      : {
          method: "POST" as const,
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams(body).toString(),
        }),
  });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}: ${text}`);
}

/** Milliseconds that half of the requests took at most, one after the other. */
async function median(request: () => Promise<void>): Promise<number> {
  const taken: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const began = performance.now();
    await request();
    taken.push(performance.now() - began);
  }
  taken.sort((one, other) => one - other);
  return taken[Math.floor(taken.length / 2)] ?? Number.NaN;
}

/** Passwords that one core compares in a second, one after the other. */
async function comparisons(): Promise<number> {
  const hash = await hashPassword("password");
  let count = 0;
  const end = performance.now() + 3_000;
  for (; performance.now() < end; count += 1) await verify(hash, "password");
  return count / 3;
}

const platform = await LoyaltyPlatform.start();
try {
  const many = { ATTEMPTS_PER_USER: "1000000", ATTEMPTS_PER_ADDRESS: "1000000" };
  const authentication = await platform.startHttp("lambda/authentication", many);
  const transactions = await platform.startHttp("lambda/transactions");
  const requests: readonly (readonly [string, () => Promise<void>])[] = [
    ["GET /health of authentication", () => send(agents.others, `${authentication.url}/health`)],
    [
      "POST /transactions",
      async () => {
        const token = await tokens.issue({ user_id: 1, username: "alice", can_transact: true });
        await send(agents.others, `${transactions.url}/transactions`, { token, amount: "2000", currency: "GBP" });
      },
    ],
  ];
  const alone: number[] = [];
  for (const [, request] of requests) {
    await median(request);
    alone.push(await median(request));
  }
  const compared = await comparisons();
  let answered = 0;
  let stopped = false;
  const loggingIn = Array.from({ length: logins }, async () => {
    for (; !stopped; answered += 1)
      await send(agents.logins, `${authentication.url}/token`, { username: "alice", password: "password" });
  });
  const measurements: Measurement[] = [];
  const began = performance.now();
  for (const [index, [name, request]] of requests.entries()) {
    const value = await median(request);
    const yardstick = { name: "with nobody logging in", value: alone[index] ?? Number.NaN };
    measurements.push({
      name: `${name} while ${logins} log in`,
      value,
      unit: "ms",
      yardstick,
      target: "at most twice as long",
      reached: value <= 2 * yardstick.value,
    });
  }
  const perSecond = answered / ((performance.now() - began) / 1000);
  stopped = true;
  await Promise.all(loggingIn);
  report([
    ...measurements,
    {
      name: "logins meanwhile",
      value: perSecond,
      unit: "logins/s",
      yardstick: { name: "passwords that one core compares", value: compared },
      target: "at least half",
      reached: perSecond >= compared / 2,
    },
  ]);
} finally {
  await platform.stop();
}
process.exit();
