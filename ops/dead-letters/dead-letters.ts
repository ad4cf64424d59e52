import pg, { type ClientConfig, type QueryResultRow } from "pg";
import { Failure } from "../../runtime/failure";

export interface DeadLetter {
  readonly id: number;
  readonly jobId: string;
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failedAt: Date;
}

async function query<Row extends QueryResultRow>(database: ClientConfig, sql: string, values: unknown[] = []) {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** Every dead letter, oldest first. */
export async function deadLetters(database: ClientConfig): Promise<readonly DeadLetter[]> {
  return query<DeadLetter>(
    database,
    `SELECT id::int, job_id AS "jobId", payload, reason, attempts::int, failed_at AS "failedAt"
     FROM loyalty.dead_letters ORDER BY id`,
  );
}

/**
 * Moves dead letters back to the outbox, all of those named or none; resolves with their number. A replayed job gets an
 * id of its own, so that no trace of the first one in Redis can hide it.
 * @throws when an id is unknown, or a payload was cut when it was stored and is no JSON any more
 */
export async function replay(database: ClientConfig, ids: readonly number[] | "all"): Promise<number> {
  const letters = await deadLetters(database);
  const chosen = ids === "all" ? letters : letters.filter(({ id }) => ids.includes(id));
  const missing = ids === "all" ? [] : ids.filter((id) => !chosen.some((letter) => letter.id === id));
  if (missing.length > 0)
    throw new Failure(`there is no dead letter ${missing.join(", ")}: list shows those that there are`);
  const cut = chosen.filter(({ payload }) => !isJson(payload)).map(({ id }) => id);
  if (cut.length > 0)
    throw new Failure(`the payload of ${cut.join(", ")} was too large to be kept whole: replay the others by id`);
  const rows = await query(
    database,
    `WITH taken AS (DELETE FROM loyalty.dead_letters WHERE id = ANY ($1) RETURNING id, payload)
     INSERT INTO loyalty.outbox (job_id, payload, due_at) SELECT 'replay-' || id, payload, now() FROM taken RETURNING job_id`,
    [chosen.map(({ id }) => id)],
  );
  return rows.length;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
