import type { Queries } from "../runtime/database";
import { Failure } from "../runtime/failure";
import { TransactionPayload } from "./loyalty";

export interface DeadLetter {
  readonly id: number;
  readonly jobId: string;
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

/** Every dead letter, oldest first. */
export const deadLetters = (database: Queries): Promise<readonly DeadLetter[]> =>
  database.query<DeadLetter>(
    `SELECT id::int, job_id AS "jobId", payload, reason, attempts::int, failed_at AS "failedAt"
     FROM loyalty.dead_letters ORDER BY id`,
  );

/**
 * Moves dead letters back to the outbox, each under its transaction's id, all of those named or none; resolves with their
 * number.
 * @throws Failure when an id is unknown, or a letter names no transaction: a forged job, or a payload that was cut
 */
export async function replay(database: Queries, ids: readonly number[] | "all"): Promise<number> {
  const letters = await deadLetters(database);
  const chosen = ids === "all" ? letters : letters.filter(({ id }) => ids.includes(id));
  const missing = ids === "all" ? [] : ids.filter((id) => !chosen.some((letter) => letter.id === id));
  if (missing.length > 0)
    throw new Failure(`there is no dead letter ${missing.join(", ")}: list shows those that there are`);
  const named = chosen.map(({ id, payload }) => ({ id, transaction: transactionOf(payload) }));
  const nameless = named.filter(({ transaction }) => transaction === undefined).map(({ id }) => id);
  if (nameless.length > 0)
    throw new Failure(`the payload of ${nameless.join(", ")} names no transaction: replay the others by id`);
  const rows = await database.query(
    `WITH taken AS (
       DELETE FROM loyalty.dead_letters USING unnest($1::bigint[], $2::text[]) AS named (id, transaction_id)
       WHERE dead_letters.id = named.id RETURNING dead_letters.id, transaction_id, payload
     ), queued AS (
       INSERT INTO loyalty.outbox (job_id, payload, due_at) SELECT DISTINCT ON (transaction_id) transaction_id, payload, now() FROM taken
       ON CONFLICT (job_id) DO NOTHING
     ) SELECT id FROM taken`,
    [named.map(({ id }) => id), named.map(({ transaction }) => transaction)],
  );
  return rows.length;
}

function transactionOf(payload: string): string | undefined {
  try {
    return TransactionPayload.safeParse(JSON.parse(payload)).data?.transaction_id;
  } catch {
    return undefined;
  }
}
