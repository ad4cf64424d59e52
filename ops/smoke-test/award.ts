import { randomUUID } from "node:crypto";
import * as z from "zod";
import { Failure } from "../../runtime/failure";
import { pause } from "../program/pause";
import type { CheckResult, SmokeTestOptions } from "./smoke-test";

export interface AwardOptions
  extends Pick<SmokeTestOptions, "url" | "interval" | "timeLimit" | "answerWithin" | "report"> {
  /** A user of the environment who may transact. */
  readonly username: string;
  readonly password: string;
  /** Where the services are, from the origin: `/authentication`. */
  readonly paths: { readonly authentication: string; readonly transactions: string };
}

const Token = z.object({ token: z.string() });
const Accepted = z.object({ id: z.string() });
const Balance = z.object({
  transactions: z.array(z.object({ id: z.string(), stamps: z.number().nullable(), awarded_at: z.string().nullable() })),
});

/** Enough for a stamp, in minor units. */
const transaction = { amount: "2000", currency: "GBP" };

/** What no later try makes right: wrong credentials, a user who may not transact, a request that is none. */
class Refused extends Failure {}

/** No such user, or another password. */
class Unknown extends Refused {}

/**
 * Logs in, makes a transaction, and waits until its stamp is awarded: so API, database, queue and worker do their work together.
 * @throws the reason of `cancelled`
 */
export async function awardTest(options: AwardOptions, cancelled: AbortSignal): Promise<CheckResult> {
  const { url, paths, timeLimit, interval, report } = options;
  const started = Date.now();
  // One transaction, however often it is sent.
  const headers = { "Idempotency-Key": randomUUID() };
  const target = new URL(`${paths.transactions}/transactions`, url).href;
  let id: string | undefined;
  for (let tries = 1; ; tries += 1) {
    const end = (passed: boolean, answer: string): CheckResult => {
      report(`${passed ? "ok" : "FAILED"} a transaction is awarded: ${target}: ${answer} (${tries} tries)`);
      return { name: "a transaction is awarded", url: target, passed, answer, tries };
    };
    let answer: string;
    try {
      // A token lives as long as two looks or three; a new one each time costs less than to know.
      const { token } = await ask(Token, `${paths.authentication}/token`, options, cancelled, {
        method: "POST",
        body: new URLSearchParams({ username: options.username, password: options.password }),
      });
      id ??= (
        await ask(Accepted, `${paths.transactions}/transactions`, options, cancelled, {
          method: "POST",
          headers,
          body: new URLSearchParams({ token, ...transaction }),
        })
      ).id;
      const { transactions } = await ask(Balance, `${paths.transactions}/balance`, options, cancelled, {
        headers: { Authorization: `Bearer ${token}` },
      });
      const seen = transactions.find((known) => known.id === id);
      const seconds = ((Date.now() - started) / 1_000).toFixed(1);
      if (seen?.stamps === 1 && seen.awarded_at !== null) return end(true, `a stamp after ${seconds} s`);
      answer = `accepted, and no stamp after ${seconds} s`;
    } catch (error) {
      cancelled.throwIfAborted();
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      answer = cause instanceof Error ? cause.message : String(cause);
      if (error instanceof Unknown) answer += `; the job migrate writes ${options.username}: play it again`;
      if (error instanceof Refused) return end(false, answer);
    }
    if (Date.now() - started >= timeLimit * 1_000) return end(false, answer);
    report(`a transaction is awarded: ${answer}, trying again`);
    await pause(interval, cancelled);
  }
}

/** The answer to one request. @throws Refused when a later one would be answered alike, another error when not */
async function ask<T>(
  schema: z.ZodType<T>,
  path: string,
  { url, answerWithin }: AwardOptions,
  cancelled: AbortSignal,
  request: RequestInit,
): Promise<T> {
  const response = await fetch(new URL(path, url), {
    ...request,
    redirect: "manual",
    signal: AbortSignal.any([cancelled, AbortSignal.timeout(answerWithin * 1_000)]),
  });
  const text = await response.text();
  if (response.status >= 400 && response.status < 500) {
    throw new (response.status === 401 ? Unknown : Refused)(
      `${path} answered ${response.status} ${text.slice(0, 200)}`,
    );
  }
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const parsed = schema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error(`${path} answered something else than its contract says`);
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
