import type { Queries } from "../../runtime/database";

export type BalanceRepository = ReturnType<typeof balanceRepository>;

export const balanceRepository = (database: Queries) => ({
  /** What a user has earned, with the latest 20 transactions, newest first; zeros for one who has none. */
  async of(userId: number) {
    const [balances, transactions] = await Promise.all([
      database.query<{ stamps: string; vouchers: string }>(
        "SELECT stamps, vouchers FROM loyalty.balances WHERE user_id = $1",
        [userId],
      ),
      database.query<{
        id: string;
        amount: string;
        currency: string;
        accepted_at: Date;
        awarded_at: Date | null;
        stamps: string | null;
      }>(
        `SELECT id, amount, currency, accepted_at, awarded_at, stamps FROM loyalty.transactions
         WHERE user_id = $1 ORDER BY accepted_at DESC LIMIT 20`,
        [userId],
      ),
    ]);
    const [balance] = balances;
    return {
      stamps: Number(balance?.stamps ?? 0),
      vouchers: Number(balance?.vouchers ?? 0),
      transactions: transactions.map(({ amount, stamps, ...row }) => ({
        ...row,
        amount: Number(amount),
        stamps: stamps === null ? null : Number(stamps),
      })),
    };
  },
});
