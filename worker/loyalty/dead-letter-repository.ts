import type { Queries } from "../../runtime/database";
import { payloadLimit } from "./payload";

export interface DeadLetter {
  readonly jobId: string;
  /** JSON text; what is longer than a payload may be is cut. */
  readonly payload: string;
  readonly reason: string;
  readonly attempts: number;
}

export interface DeadLetterRepository {
  /** Moves a job from the outbox, if it stands there, to the dead letters. */
  add(letter: DeadLetter): Promise<void>;
}

const add = `
  WITH settled AS (DELETE FROM loyalty.outbox WHERE job_id = $1)
  INSERT INTO loyalty.dead_letters (job_id, payload, reason, attempts) VALUES ($1, $2, $3, $4)`;

export const deadLetterRepository = (database: Queries): DeadLetterRepository => ({
  async add({ jobId, payload, reason, attempts }) {
    // Job ids and errors may be anything; PostgreSQL's text holds everything but NUL.
    const texts = [jobId, payload.slice(0, payloadLimit), reason.slice(0, 1000)].map((text) =>
      text.replaceAll("\0", ""),
    );
    await database.query(add, [...texts, attempts]);
  },
});
