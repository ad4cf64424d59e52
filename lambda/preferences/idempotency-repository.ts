import type { Queries } from "../../runtime/database";

/** What an operation made for a key, and the hash of the request that asked for it. */
export interface MadeRow {
  readonly request: Buffer;
  readonly user_id: string;
  readonly sequence: number | null;
}

export type IdempotencyRepository = ReturnType<typeof idempotencyRepository>;

/** Reads and drops keys; a key is added by the statement that makes what it stands for. */
export const idempotencyRepository = ({ query }: Queries) => ({
  async find(operation: "users" | "events", key: string): Promise<MadeRow | undefined> {
    const [row] = await query<MadeRow>(
      "SELECT request, user_id, sequence FROM preferences.idempotency_keys WHERE operation = $1 AND key = $2",
      [operation, key],
    );
    return row;
  },

  /** Drops keys older than a day, two for each one added: the table stays as small as a day, and no job is needed. */
  async dropExpired(): Promise<void> {
    await query(
      `DELETE FROM preferences.idempotency_keys WHERE (operation, key) IN (
         SELECT operation, key FROM preferences.idempotency_keys WHERE created_at < now() - interval '1 day'
         ORDER BY created_at LIMIT 2 FOR UPDATE SKIP LOCKED
       )`,
    );
  },
});
