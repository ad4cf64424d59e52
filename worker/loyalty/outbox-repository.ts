import type { Queries } from "../../runtime/database";
import type { QueuedJob } from "../../runtime/queue";

export interface OutboxRepository {
  /**
   * Takes up to `limit` jobs that are due, and makes each due again after `graceSeconds`, doubled each time up to
   * sixteenfold. Two relays never take the same job.
   */
  claimDue(limit: number, graceSeconds: number): Promise<readonly QueuedJob[]>;
}

const claim = `
  UPDATE loyalty.outbox SET
    due_at = now() + make_interval(secs => $2 * power(2, least(relayed, 4))),
    relayed = relayed + 1
  WHERE job_id IN (
    SELECT job_id FROM loyalty.outbox WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  RETURNING job_id, payload`;

export const outboxRepository = (database: Queries): OutboxRepository => ({
  async claimDue(limit, graceSeconds) {
    const rows = await database.query<{ job_id: string; payload: string }>(claim, [limit, graceSeconds]);
    return rows.map(({ job_id: id, payload }) => ({ id, payload }));
  },
});
