import type { Queries } from "../../runtime/database";

export interface Rules {
  /** Least amount that earns a stamp, in minor units. */
  readonly stampMinimumAmount: number;
  readonly stampsPerVoucher: number;
}

export interface Delivery {
  readonly jobId: string;
  readonly transactionId: string;
}

export interface AwardRepository {
  /**
   * Awards each transaction that has no award yet, and takes its job out of the outbox, in one transaction; resolves with
   * the ids of those that exist. Delivered again, or to two workers at once, a transaction is awarded once.
   */
  award(deliveries: readonly Delivery[]): Promise<ReadonlySet<string>>;
}

/**
 * Locks are always taken in one order, transactions by id, then balances by user, so two workers cannot wait for each
 * other. Whoever waited for a row sees its award and leaves it alone.
 */
const statement = `
  WITH delivery AS (
    SELECT * FROM unnest($1::uuid[], $2::text[]) AS delivery (transaction_id, job_id)
  ), known AS (
    SELECT id, awarded_at FROM loyalty.transactions
    WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
  ), awarded AS (
    UPDATE loyalty.transactions AS transaction
    SET awarded_at = now(), stamps = CASE WHEN amount >= $3 THEN 1 ELSE 0 END
    FROM known WHERE transaction.id = known.id AND known.awarded_at IS NULL
    RETURNING user_id, stamps
  ), delivered AS (
    DELETE FROM loyalty.outbox USING delivery JOIN known ON known.id = delivery.transaction_id
    WHERE outbox.job_id = delivery.job_id
  ), balance AS (
    INSERT INTO loyalty.balances AS balance (user_id, stamps, vouchers)
    SELECT user_id, sum(stamps), sum(stamps)::bigint / $4::bigint FROM awarded GROUP BY user_id HAVING sum(stamps) > 0
    ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET
      stamps = balance.stamps + excluded.stamps,
      -- Those that the new stamps complete: earlier vouchers stay, whatever a voucher cost then.
      vouchers = balance.vouchers + (balance.stamps + excluded.stamps) / $4::bigint - balance.stamps / $4::bigint
  )
  SELECT id FROM known`;

export const awardRepository = (
  database: Queries,
  { stampMinimumAmount, stampsPerVoucher }: Rules,
): AwardRepository => ({
  async award(deliveries) {
    const rows = await database.query<{ id: string }>(statement, [
      deliveries.map(({ transactionId }) => transactionId),
      deliveries.map(({ jobId }) => jobId),
      stampMinimumAmount,
      stampsPerVoucher,
    ]);
    return new Set(rows.map(({ id }) => id));
  },
});
