import { createHash } from "node:crypto";
import type { Queries } from "../../runtime/database";
import { invalid } from "../../runtime/problem";
import * as z from "../../runtime/schema";

type Operation = "users" | "events";

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

export function idempotencyOf(key: string | undefined, body: unknown): Idempotency | undefined {
  return key === undefined ? undefined : { key, request: createHash("sha256").update(JSON.stringify(body)).digest() };
}

interface Row {
  readonly request: Buffer;
  readonly user_id: string;
  readonly sequence: number | null;
}

/** What an earlier request with this key made, if there was one. Throws 422 when that request was another. */
export async function findEarlier(
  { query }: Queries,
  operation: Operation,
  { key, request }: Idempotency,
): Promise<{ readonly userId: string; readonly sequence: number | null } | undefined> {
  const [row] = await query<Row>(
    "SELECT request, user_id, sequence FROM preferences.idempotency_keys WHERE operation = $1 AND key = $2",
    [operation, key],
  );
  if (row === undefined) return undefined;
  if (!row.request.equals(request)) {
    throw invalid({
      in: "headers",
      pointer: "/idempotency-key",
      detail: "This key was used with another body: use a new key for a new request",
    });
  }
  return { userId: row.user_id, sequence: row.sequence };
}

/** Drops keys older than a day, two for each one added: the table stays as small as a day, and no job is needed. */
export async function dropExpired({ query }: Queries): Promise<void> {
  await query(
    `DELETE FROM preferences.idempotency_keys WHERE (operation, key) IN (
       SELECT operation, key FROM preferences.idempotency_keys WHERE created_at < now() - interval '1 day'
       ORDER BY created_at LIMIT 2 FOR UPDATE SKIP LOCKED
     )`,
  );
}

/**
 * Runs `work` once for a key. A request that comes again, later or at the same moment, gets `again` with what the first
 * one made: two that race collide on the key (or on what they both make), and the loser finds the winner's.
 */
export async function once<T>(
  queries: Queries,
  operation: Operation,
  idempotency: Idempotency | undefined,
  { work, again }: { work: () => Promise<T>; again: (made: { userId: string; sequence: number | null }) => Promise<T> },
): Promise<T> {
  if (idempotency === undefined) return work();
  const earlier = await findEarlier(queries, operation, idempotency);
  if (earlier) return again(earlier);
  try {
    const result = await work();
    await dropExpired(queries);
    return result;
  } catch (error) {
    const winner = await findEarlier(queries, operation, idempotency);
    if (winner) return again(winner);
    throw error;
  }
}
