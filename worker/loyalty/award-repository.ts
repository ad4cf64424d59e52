import type { Queries } from "../../runtime/database";

export interface Rules {
  /** Least amount that earns a stamp, in minor units. */
  readonly stampMinimumAmount: number;
  readonly stampsPerVoucher: number;
}

export type AwardRepository = ReturnType<typeof awardRepository>;

/**
 * Locks are always taken in one order, transactions by id, then balances by user, so two workers cannot wait for each
 * other. Whoever waited for a row sees its award and leaves it alone. An outbox row ends by the id of the transaction that
 * was found here, never by one that came out of Redis.
 */
const statement = `
  WITH known AS (
    SELECT id, awarded_at FROM loyalty.transactions
    WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
  ), awarded AS (
    UPDATE loyalty.transactions AS transaction
    SET awarded_at = now(), stamps = CASE WHEN amount >= $2 THEN 1 ELSE 0 END
    FROM known WHERE transaction.id = known.id AND known.awarded_at IS NULL
    RETURNING user_id, stamps
  ), delivered AS (
    DELETE FROM loyalty.outbox USING known WHERE outbox.job_id = known.id::text
  ), balance AS (
    INSERT INTO loyalty.balances AS balance (user_id, stamps, vouchers)
    SELECT user_id, sum(stamps), sum(stamps)::bigint / $3::bigint FROM awarded GROUP BY user_id HAVING sum(stamps) > 0
    ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET
      stamps = balance.stamps + excluded.stamps,
      -- Those that the new stamps complete: earlier vouchers stay, whatever a voucher cost then.
      vouchers = balance.vouchers + (balance.stamps + excluded.stamps) / $3::bigint - balance.stamps / $3::bigint
  )
  SELECT id, awarded_at IS NULL AS is_new FROM known`;

export const awardRepository = (database: Queries, { stampMinimumAmount, stampsPerVoucher }: Rules) => ({
  /**
   * Awards each transaction that has no award yet, and takes it out of the outbox, in one database transaction; resolves
   * with those that exist, by id, and whether the award is a new one. Delivered again, or to two workers at once, a
   * transaction is awarded once.
   */
  async award(transactionIds: readonly string[]): Promise<ReadonlyMap<string, boolean>> {
    const rows = await database.query<{ id: string; is_new: boolean }>(statement, [
      transactionIds,
      stampMinimumAmount,
      stampsPerVoucher,
    ]);
    return new Map(rows.map(({ id, is_new }) => [id, is_new]));
  },
});
