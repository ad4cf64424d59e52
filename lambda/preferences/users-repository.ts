import type { Database } from "../../runtime/database";
import type { Idempotency } from "./idempotency";
import type { MailDomain } from "./mail-domain";
import { type Choices, toConsents, type User } from "./schemas";

export interface NewUserRow {
  readonly id: string;
  readonly email: string;
  /** Null when the resolver was not asked. */
  readonly mailDomain: MailDomain | null;
  /** Kept with the user, in the same statement: either both are there or none. */
  readonly idempotency: Idempotency | undefined;
}

interface Row {
  readonly id: string;
  readonly email: string;
  readonly consents: Choices;
}

const toUser = ({ id, email, consents }: Row): User => ({ id, email, consents: toConsents(consents) });

export const usersRepository = ({ query, transaction }: Pick<Database, "query" | "transaction">) => ({
  /** Throws PostgreSQL's unique_violation when the address is taken (index users_email) or the key is. */
  async insert({ id, email, mailDomain, idempotency }: NewUserRow): Promise<void> {
    await query(
      `WITH created AS (
         INSERT INTO preferences.users (id, email, mail_domain) VALUES ($1, $2, $3) RETURNING id
       )
       INSERT INTO preferences.idempotency_keys (operation, key, request, user_id)
       SELECT 'users', $4, $5, id FROM created WHERE $4::text IS NOT NULL`,
      [id, email, mailDomain, idempotency?.key ?? null, idempotency?.request ?? null],
    );
  },

  /** @param subject whom the user must be; null for anybody */
  async find(id: string, subject: string | null): Promise<User | undefined> {
    const [row] = await query<Row>(
      `SELECT id, email, consents FROM preferences.users
       WHERE id = $1 AND erased_at IS NULL AND ($2::text IS NULL OR subject = $2)`,
      [id, subject],
    );
    return row && toUser(row);
  },

  /** Binds a user to a subject, in place of an earlier one. Returns whether there is such a user; throws unique_violation. */
  async bind(id: string, subject: string): Promise<boolean> {
    const rows = await query(
      "UPDATE preferences.users SET subject = $2 WHERE id = $1 AND erased_at IS NULL RETURNING id",
      [id, subject],
    );
    return rows.length > 0;
  },

  /** Users by id, after `cursor`. */
  async list(cursor: string | undefined, limit: number): Promise<User[]> {
    const rows = await query<Row>(
      `SELECT id, email, consents FROM preferences.users
       WHERE erased_at IS NULL AND id > $1 ORDER BY id LIMIT $2`,
      [cursor ?? "00000000-0000-0000-0000-000000000000", limit],
    );
    return rows.map(toUser);
  },

  /**
   * Forgets who a user is and keeps what the user chose: address and subject go, and with them the idempotency keys, whose
   * hashes the address could be guessed from. Returns whether there was such a user.
   *
   * Two statements: the first waits for events that are under way, and a statement does not see what was committed while
   * it waited. After it no event is added, so the second sees every key.
   */
  erase: (id: string): Promise<boolean> =>
    transaction(async ({ query }) => {
      const rows = await query(
        `UPDATE preferences.users SET email = NULL, mail_domain = NULL, subject = NULL, erased_at = now()
         WHERE id = $1 AND erased_at IS NULL RETURNING id`,
        [id],
      );
      await query("DELETE FROM preferences.idempotency_keys WHERE user_id = $1", [id]);
      return rows.length > 0;
    }),
});
