import { randomUUID } from "node:crypto";
import { payloadOf } from "../../contracts/loyalty";
import { coalesce } from "../../runtime/coalesce";
import type { Queries } from "../../runtime/database";
import type { QueuedJob } from "../../runtime/queue";
import type { Tracing } from "../../runtime/tracing";

export interface NewTransaction {
  readonly userId: number;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  /** Unique to its user; the second transaction with one is the first. */
  readonly idempotencyKey?: string | undefined;
}

export interface AcceptedTransaction {
  readonly id: string;
  readonly userId: number;
  readonly amount: number;
  readonly currency: string;
}

export type TransactionRepository = ReturnType<typeof transactionRepository>;

type Draft = NewTransaction & {
  readonly id: string;
  /** Of the request that it came with. */
  readonly traceparent?: string | undefined;
};

/** One statement for many transactions: both rows of each, or none of any. */
const insert = `
  WITH draft AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $8::text[])
      AS draft (id, user_id, amount, currency, idempotency_key, payload, traceparent)
  ), accepted AS (
    INSERT INTO loyalty.transactions (id, user_id, amount, currency, idempotency_key)
    -- Two processes that take the same keys take them in the same order, and so cannot wait for each other.
    SELECT id, user_id, amount, currency, idempotency_key FROM draft ORDER BY user_id, idempotency_key
    ON CONFLICT (user_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
    RETURNING id
  )
  INSERT INTO loyalty.outbox (job_id, payload, due_at, traceparent)
  SELECT id, payload, now() + make_interval(secs => $7), traceparent FROM accepted JOIN draft USING (id)
  RETURNING job_id`;

/** A statement of its own: what another session inserted meanwhile is not in the snapshot of the one above. */
const findByKey = `
  SELECT id, user_id, amount, currency, idempotency_key FROM loyalty.transactions
  JOIN unnest($1::bigint[], $2::text[]) AS wanted (user_id, idempotency_key) USING (user_id, idempotency_key)`;

/**
 * Transactions that arrive while others are being written are written together next, so that they share one wait for the
 * disk.
 * @param onAccepted hears of new transactions once they are durable; what it throws is its own affair
 * @param graceSeconds how long one may wait for its award before it is queued again
 * @param tracing tells which trace a transaction belongs to: its job goes on with it
 */
export function transactionRepository(
  database: Queries,
  graceSeconds: number,
  onAccepted: (jobs: readonly QueuedJob[]) => void,
  tracing?: Tracing,
) {
  /** A statement for several requests counts as the first one's. */
  const inTraceOf = <T>({ traceparent }: Pick<Draft, "traceparent">, work: () => Promise<T>): Promise<T> =>
    tracing === undefined ? work() : tracing.under({ traceparent }, work);

  const write = coalesce((drafts: readonly Draft[]) => inTraceOf(drafts[0] ?? {}, () => writeAll(drafts)));

  async function writeAll(drafts: readonly Draft[]): Promise<readonly AcceptedTransaction[]> {
    const rows = await database.query<{ job_id: string }>(insert, [
      drafts.map(({ id }) => id),
      drafts.map(({ userId }) => userId),
      drafts.map(({ amount }) => amount),
      drafts.map(({ currency }) => currency),
      drafts.map(({ idempotencyKey }) => idempotencyKey ?? null),
      drafts.map(({ id }) => payloadOf(id)),
      graceSeconds,
      drafts.map(({ traceparent }) => traceparent ?? null),
    ]);
    const accepted = new Set(rows.map(({ job_id }) => job_id));
    const jobs = drafts.filter(({ id }) => accepted.has(id));
    if (jobs.length > 0) onAccepted(jobs.map(({ id, traceparent }) => ({ id, payload: payloadOf(id), traceparent })));
    const earlier = await earlierOnes(drafts.filter(({ id }) => !accepted.has(id)));
    return drafts.map((draft) => {
      if (accepted.has(draft.id)) return draft;
      const first = earlier.get(keyOf(draft.userId, draft.idempotencyKey));
      if (first === undefined) throw new Error(`transaction ${draft.id} was neither inserted nor found by its key`);
      return first;
    });
  }

  async function earlierOnes(drafts: readonly Draft[]): Promise<ReadonlyMap<string, AcceptedTransaction>> {
    if (drafts.length === 0) return new Map();
    const rows = await database.query<Record<"id" | "user_id" | "amount" | "currency" | "idempotency_key", string>>(
      findByKey,
      [drafts.map(({ userId }) => userId), drafts.map(({ idempotencyKey }) => idempotencyKey)],
    );
    return new Map(
      rows.map(({ id, user_id, amount, currency, idempotency_key }) => [
        keyOf(Number(user_id), idempotency_key),
        { id, userId: Number(user_id), amount: Number(amount), currency },
      ]),
    );
  }

  return {
    /** Resolves when the transaction and its outbox row are durable. */
    accept: (transaction: NewTransaction): Promise<AcceptedTransaction> =>
      write({ ...transaction, id: randomUUID(), traceparent: tracing?.current()?.traceparent }),
  };
}

const keyOf = (userId: number, key: string | undefined) => `${userId} ${key}`;
