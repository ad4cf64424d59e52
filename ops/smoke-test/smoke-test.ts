import type { HttpService } from "../../config/service";
import { pause } from "../program/pause";

/** One question to a deployed service, and the answer it must give. */
export interface Check {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  /** Whether it is asked with the smoke test's own token. @default false */
  readonly withToken?: boolean;
  /** What the body must hold, if it matters: a property of a JSON answer and its value. */
  readonly holds?: readonly [property: string, value: unknown];
}

export interface CheckResult {
  readonly name: string;
  readonly url: string;
  readonly passed: boolean;
  /** What the last answer was. */
  readonly answer: string;
  readonly tries: number;
}

export interface SmokeTestOptions {
  /** Origin of the API. */
  readonly url: string;
  /** Right answers in a row that a check wants: a new deployment reaches API Gateway's hosts one after the other. */
  readonly inARow: number;
  /** Milliseconds between two tries. */
  readonly interval: number;
  /** Seconds for all tries of one check. */
  readonly timeLimit: number;
  /** Seconds that one answer may take. */
  readonly answerWithin: number;
  /** The token of the smoke test's own client; needed where a check asks with it. */
  readonly token?: string | undefined;
  readonly report: (line: string) => void;
}

/** Asks each question until it has been answered right often enough, or its time is over. @throws the reason of `cancelled` */
export async function smokeTest(
  checks: readonly Check[],
  options: SmokeTestOptions,
  cancelled: AbortSignal,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) results.push(await runCheck(check, options, cancelled));
  return results;
}

async function runCheck(check: Check, options: SmokeTestOptions, cancelled: AbortSignal): Promise<CheckResult> {
  const { interval, timeLimit, inARow, report } = options;
  const url = new URL(check.path, options.url).href;
  const until = Date.now() + timeLimit * 1_000;
  let right = 0;
  for (let tries = 1; ; tries += 1) {
    const { passed, answer } = await ask(check, url, options, cancelled);
    right = passed ? right + 1 : 0;
    if (right === inARow || Date.now() >= until) {
      const result = { name: check.name, url, passed: right === inARow, answer, tries };
      report(`${result.passed ? "ok" : "FAILED"} ${check.name}: ${url} answered ${answer} (${tries} tries)`);
      return result;
    }
    if (!passed) report(`${check.name}: ${url} answered ${answer}, trying again`);
    await pause(interval, cancelled);
  }
}

async function ask(
  { status, holds, withToken = false }: Check,
  url: string,
  { answerWithin, token }: SmokeTestOptions,
  cancelled: AbortSignal,
) {
  const signal = AbortSignal.any([cancelled, AbortSignal.timeout(answerWithin * 1_000)]);
  try {
    const response = await fetch(url, {
      signal,
      redirect: "manual",
      ...(withToken && { headers: { Authorization: `Bearer ${token}` } }),
    });
    const body = await response.text();
    const answer = String(response.status);
    if (response.status !== status || holds === undefined) return { passed: response.status === status, answer };
    const [property, value] = holds;
    const found = propertyOf(body, property);
    return { passed: found === value, answer: `${answer} with ${property} ${JSON.stringify(found) ?? "missing"}` };
  } catch (error) {
    cancelled.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { passed: false, answer: `nothing (${cause instanceof Error ? cause.message : cause})` };
  }
}

function propertyOf(body: string, property: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? Reflect.get(value, property) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What every deployed service must answer: that it runs, that it reaches what it works with, what it offers.
 * @param healthy what it says of itself while it is well, as its app.ts declares. @default { status: "ok" }
 * @param client that the smoke test is to a service which knows its callers; undefined where everybody may call
 */
export function serviceChecks(
  { name, path, uses }: HttpService,
  healthy: Readonly<Record<string, unknown>> = { status: "ok" },
  client?: string,
): Check[] {
  const caller = `${path}/caller`;
  const [holds] = Object.entries(healthy);
  return [
    { name: `${name} runs`, path: `${path}/health`, status: 200, ...(holds && { holds }) },
    { name: `${name} reaches its database`, path: `${path}/health?deep`, status: 200, ...(holds && { holds }) },
    { name: `${name} describes itself`, path: `${path}/openapi.json`, status: 200 },
    ...(client !== undefined && uses.includes("callers")
      ? ([
          { name: `${name} refuses a stranger`, path: caller, status: 401 },
          { name: `${name} knows its caller`, path: caller, status: 200, withToken: true, holds: ["client", client] },
        ] as const)
      : []),
  ];
}
