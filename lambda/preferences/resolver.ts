import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  type IPolicy,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import { bytesOf } from "../../runtime/body";
import * as z from "../../runtime/schema";

/** The JSON form of DNS over HTTPS that the public resolvers share: https://developers.google.com/speed/public-dns/docs/doh/json */
const Reply = z.lazy(() =>
  z.object({
    Status: z.int(),
    Answer: z.optional(
      z.array(z.object({ type: z.int(), data: z.string().check(z.maxLength(1000)) })).check(z.maxLength(1000)),
    ),
  }),
);
export type Reply = z.infer<typeof Reply>;

/** Numbers of RFC 1035, 3596 and 7505. */
export const recordTypes = { A: 1, MX: 15, AAAA: 28 } as const;

export interface ResolverOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds an attempt may take. @default 800 */
  readonly attemptTimeout?: number;
  /** Milliseconds without a call after five failures in a row; then one call tries. @default 10000 */
  readonly pause?: number;
}

/** A reply has a few hundred bytes; one that goes on and on is no reply. */
const largestReply = 64 * 1024;

/** A name that every public resolver knows, whoever asks: RFC 2606 keeps it for examples, IANA serves it. */
const knownName = "example.com";

/** A question that the resolver has no reply to, while it replies to others. */
class StrangeDomain extends Error {}

/**
 * Asks a public resolver. One retry; after five failures in a row the circuit opens, and calls fail at once. A failure is the
 * resolver's own when it does not reply about a known name either: otherwise the domain is strange or slow, and a few such
 * domains of one caller must not switch the check off for everybody.
 * Throws when there is no usable reply, whatever the reason.
 */
export function createResolver({ url, fetch, attemptTimeout = 800, pause = 10_000 }: ResolverOptions) {
  const breaker = circuitBreaker(
    handleWhen((error) => !(error instanceof StrangeDomain)),
    { halfOpenAfter: pause, breaker: new ConsecutiveBreaker(5) },
  );
  const patience = timeout(attemptTimeout, TimeoutStrategy.Aggressive);
  const twice = wrap(
    retry(handleAll, { maxAttempts: 1, backoff: new ExponentialBackoff({ initialDelay: 20, maxDelay: 100 }) }),
    patience,
  );
  const ask = (name: string, type: keyof typeof recordTypes, policy: IPolicy<{ signal: AbortSignal }>) =>
    policy.execute(async ({ signal }) => {
      const question = new URL(url);
      question.searchParams.set("name", name);
      question.searchParams.set("type", type);
      // A redirect could lead anywhere, into the VPC too, and a resolver has no reason to send one.
      const response = await fetch(question, {
        signal,
        redirect: "error",
        headers: { Accept: "application/dns-json" },
      });
      try {
        if (!response.ok) throw new Error(`the resolver answered ${response.status}`);
        const tooLarge = () => new Error(`the reply is larger than ${largestReply} bytes`);
        return Reply.parse(JSON.parse((await bytesOf(response, largestReply, tooLarge)).toString()));
      } finally {
        await response.body?.cancel().catch(() => undefined);
      }
    });

  return (name: string, type: keyof typeof recordTypes): Promise<Reply> =>
    breaker.execute(async () => {
      try {
        return await ask(name, type, twice);
      } catch (error) {
        await ask(knownName, "A", patience).catch(() => {
          throw error;
        });
        throw new StrangeDomain("the resolver replies, but not about this domain", { cause: error });
      }
    });
}

export type Resolver = ReturnType<typeof createResolver>;
