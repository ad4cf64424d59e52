import { createHash } from "node:crypto";
import type { Caller } from "../../runtime/callers";
import { invalid } from "../../runtime/problem";
import * as z from "../../runtime/schema";
import type { IdempotencyRepository } from "./idempotency-repository";

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header */
export const IdempotencyHeaders = z.object({
  "idempotency-key": z
    .optional(z.string().check(z.regex(/^[\x21-\x7e]{1,255}$/, "1 to 255 visible ASCII characters")))
    .check(
      z.describe("Makes a retry safe: the same key and body answer the same, for a day; another body is refused."),
    ),
});

export interface Idempotency {
  readonly key: string;
  /** SHA-256 of the request as it was parsed: white space and the order of fields do not count. */
  readonly request: Buffer;
}

/**
 * A key belongs to its caller: another's of the same text is another key, which neither finds what this one made nor tells
 * that it is in use.
 */
export function idempotencyOf(
  key: string | undefined,
  body: unknown,
  caller: Caller | undefined,
): Idempotency | undefined {
  if (key === undefined) return undefined;
  const sha256 = (value: unknown) => createHash("sha256").update(JSON.stringify(value));
  return {
    key: caller === undefined ? key : sha256([caller.subject, key]).digest("base64url"),
    request: sha256(body).digest(),
  };
}

/** What an earlier request with a key made. */
interface Made {
  readonly userId: string;
  readonly sequence: number | null;
}

/**
 * Runs `work` once for a key. A request that comes again, later or at the same moment, gets `again` with what the first
 * one made: two that race collide on the key (or on what they both make), and the loser finds the winner's.
 * @throws 422 when the key was used with another body
 */
export async function once<T>(
  keys: IdempotencyRepository,
  operation: "users" | "events",
  idempotency: Idempotency | undefined,
  { work, again }: { work: () => Promise<T>; again: (made: Made) => Promise<T> },
): Promise<T> {
  if (idempotency === undefined) return work();
  const { key, request } = idempotency;
  const find = async (): Promise<Made | undefined> => {
    const row = await keys.find(operation, key);
    if (row === undefined) return undefined;
    const detail = "This key was used with another body: use a new key for a new request";
    if (!row.request.equals(request)) throw invalid({ in: "headers", pointer: "/idempotency-key", detail });
    return { userId: row.user_id, sequence: row.sequence };
  };
  const earlier = await find();
  if (earlier) return again(earlier);
  try {
    const result = await work();
    await keys.dropExpired();
    return result;
  } catch (error) {
    const winner = await find();
    if (winner) return again(winner);
    throw error;
  }
}
