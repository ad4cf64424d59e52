import type { Queries } from "../../runtime/database";
import type { QueuedJob } from "../../runtime/queue";

export type OutboxRepository = ReturnType<typeof outboxRepository>;

const claim = `
  UPDATE loyalty.outbox SET
    due_at = now() + make_interval(secs => $2 * power(2, least(relayed, 4))),
    relayed = relayed + 1
  WHERE job_id IN (
    SELECT job_id FROM loyalty.outbox WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  RETURNING job_id, payload, relayed, traceparent`;

const startAlone = `
  UPDATE loyalty.outbox SET starts_alone = starts_alone + 1 WHERE job_id = $1 RETURNING starts_alone AS count`;

const fail = `
  UPDATE loyalty.outbox SET failures = failures + 1, starts_alone = 0 WHERE job_id = $1 RETURNING failures AS count`;

/**
 * A row is due a grace after its transaction was accepted, and from then on was queued again. One pass over what waits, 0.3 s
 * for a million rows, and no look-up for each: it is asked most urgently when most rows wait.
 */
const overdue = `
  SELECT count(*) FILTER (WHERE relayed > 0 OR due_at <= now())::int AS count,
    coalesce(extract(epoch FROM now() - min(accepted_at)), 0)::float AS oldest_seconds
  FROM loyalty.outbox`;

interface Due {
  readonly job_id: string;
  readonly payload: string;
  readonly relayed: number;
  readonly traceparent: string | null;
}

/** Transactions that are accepted and not awarded, each under its id, and how often their award failed. */
export const outboxRepository = (database: Queries) => {
  const count = async (statement: string, transactionId: string): Promise<number | undefined> => {
    const [row] = await database.query<{ count: number }>(statement, [transactionId]);
    return row?.count;
  };
  return {
    /**
     * How many are older than the grace that they were accepted with, and the age of the oldest of all, 0 when there is none.
     * A replayed dead letter counts from its replay.
     */
    async overdue(): Promise<{ readonly count: number; readonly oldestSeconds: number }> {
      const [row] = await database.query<{ count: number; oldest_seconds: number }>(overdue, []);
      return { count: row?.count ?? 0, oldestSeconds: row?.oldest_seconds ?? 0 };
    },
    /**
     * Takes up to `limit` jobs that are due, and makes each due again after `graceSeconds`, doubled each time up to
     * sixteenfold. Two relays never take the same job. `relayed` counts this time and those before it.
     */
    async claimDue(limit: number, graceSeconds: number): Promise<readonly (QueuedJob & { relayed: number })[]> {
      const rows = await database.query<Due>(claim, [limit, graceSeconds]);
      return rows.map(({ job_id: id, payload, relayed, traceparent }) => ({
        id,
        payload,
        relayed,
        traceparent: traceparent ?? undefined,
      }));
    },
    /** Counts a start of a transaction that runs alone; resolves with the count, or undefined when it has no row. */
    startAlone: (transactionId: string) => count(startAlone, transactionId),
    /**
     * Counts a failed award, and forgets the starts: a worker that reports a failure was not ended by it. Resolves with
     * the failures, or undefined when the transaction has no row.
     */
    fail: (transactionId: string) => count(fail, transactionId),
  };
};
