import type { Queries } from "../../runtime/database";
import type { Idempotency } from "./idempotency";
import { type Choices, type Event, toConsents } from "./schemas";

export interface NewEventRow {
  readonly userId: string;
  /** Whom the user must be; null for anybody. */
  readonly subject: string | null;
  readonly choices: Choices;
  readonly idempotency: Idempotency | undefined;
}

interface Row {
  readonly user_id: string;
  readonly sequence: number;
  readonly consents: Choices;
  readonly created_at: Date;
}

const toEvent = ({ user_id, sequence, consents, created_at }: Row): Event => ({
  user: { id: user_id },
  sequence,
  createdAt: created_at.toISOString(),
  consents: toConsents(consents),
});

export const eventsRepository = ({ query }: Queries) => ({
  /**
   * Adds an event and applies it. The update locks the user's row, so concurrent events take effect one after the other,
   * each with the next number. Undefined when there is no such user; throws unique_violation when the key is taken.
   */
  async insert({ userId, subject, choices, idempotency }: NewEventRow): Promise<Event | undefined> {
    const [row] = await query<Row>(
      `WITH applied AS (
         UPDATE preferences.users SET consents = consents || $2::jsonb, event_count = event_count + 1
         WHERE id = $1 AND erased_at IS NULL AND ($5::text IS NULL OR subject = $5) RETURNING id, event_count
       ), kept AS (
         INSERT INTO preferences.idempotency_keys (operation, key, request, user_id, sequence)
         SELECT 'events', $3, $4, id, event_count FROM applied WHERE $3::text IS NOT NULL
       )
       INSERT INTO preferences.events (user_id, sequence, consents) SELECT id, event_count, $2::jsonb FROM applied
       RETURNING user_id, sequence, consents, created_at`,
      [userId, JSON.stringify(choices), idempotency?.key ?? null, idempotency?.request ?? null, subject],
    );
    return row && toEvent(row);
  },

  async find(userId: string, sequence: number): Promise<Event | undefined> {
    const [row] = await query<Row>(
      `SELECT user_id, sequence, consents, created_at FROM preferences.events WHERE user_id = $1 AND sequence = $2`,
      [userId, sequence],
    );
    return row && toEvent(row);
  },

  /**
   * A user's events in their order, after `cursor`; of erased users too, whose history is kept for audit. Undefined when
   * there never was such a user.
   * @param subject whom the user must be; null for anybody
   */
  async list(userId: string, subject: string | null, cursor: number, limit: number): Promise<Event[] | undefined> {
    const rows = await query<Row>(
      `SELECT user_id, sequence, consents, created_at FROM preferences.events
       WHERE user_id = $1 AND sequence > $2
       AND ($4::text IS NULL OR EXISTS (SELECT FROM preferences.users WHERE id = $1 AND subject = $4))
       ORDER BY sequence LIMIT $3`,
      [userId, cursor, limit, subject],
    );
    if (rows.length > 0) return rows.map(toEvent);
    const users = await query("SELECT FROM preferences.users WHERE id = $1 AND ($2::text IS NULL OR subject = $2)", [
      userId,
      subject,
    ]);
    return users.length > 0 ? [] : undefined;
  },
});
