import type { Queries } from "../../runtime/database";
import { payloadLimit } from "./payload";

export interface DeadLetter {
  /** As it came out of Redis; what is longer than 255 characters is cut. */
  readonly jobId: string;
  /** JSON text; what is longer than a payload may be is cut. */
  readonly payload: string;
  readonly reason: string;
}

export type DeadLetterRepository = ReturnType<typeof deadLetterRepository>;

/** The relay may bring the same fault again: it is told once. */
const add = `
  INSERT INTO loyalty.dead_letters (job_id, payload, reason, attempts)
  SELECT $1::text, $2::text, $3::text, 1
  WHERE NOT EXISTS (SELECT 1 FROM loyalty.dead_letters WHERE job_id = $1::text AND reason = $3::text)`;

const move = `
  WITH given_up AS (DELETE FROM loyalty.outbox WHERE job_id = $1 RETURNING job_id, payload, failures)
  INSERT INTO loyalty.dead_letters (job_id, payload, reason, attempts)
  SELECT job_id, payload, $2, failures FROM given_up`;

export const deadLetterRepository = (database: Queries) => ({
  /** Keeps a job that names no transaction of ours. It ends no outbox row: whatever it says came from Redis. */
  async add({ jobId, payload, reason }: DeadLetter): Promise<void> {
    await database.query(add, [asText(jobId, 255), asText(payload, payloadLimit), asText(reason, 1000)]);
  },
  /** Moves a transaction from the outbox, with the payload and the failures that are there, to the dead letters. */
  async move(transactionId: string, reason: string): Promise<void> {
    await database.query(move, [transactionId, asText(reason, 1000)]);
  },
});

/** Job ids and errors may be anything; PostgreSQL's text holds everything but NUL. */
const asText = (value: string, limit: number) => value.slice(0, limit).replaceAll("\0", "");
