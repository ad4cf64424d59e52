import { createHash } from "node:crypto";
import type { Queries } from "../../runtime/database";
import type { Taken } from "../../runtime/usage-limit";

export const callerRequestsRepository = ({ query }: Queries) => ({
  /**
   * Adds to what a caller took in this minute of the database's clock, which all instances share. Two rows of earlier
   * minutes go for each that comes: the table stays as small as a minute, and no job is needed.
   */
  async take(caller: string, requests: number): Promise<Taken> {
    const [row] = await query<Taken>(
      `WITH dropped AS (
         DELETE FROM preferences.caller_requests WHERE (minute, caller) IN (
           SELECT minute, caller FROM preferences.caller_requests WHERE minute < date_trunc('minute', now())
           ORDER BY minute LIMIT 2 FOR UPDATE SKIP LOCKED
         )
       )
       INSERT INTO preferences.caller_requests AS taken (caller, minute, requests)
       VALUES ($1, date_trunc('minute', now()), $2)
       ON CONFLICT (minute, caller) DO UPDATE SET requests = taken.requests + excluded.requests
       RETURNING requests, extract(epoch FROM minute + interval '1 minute' - now())::float8 AS seconds`,
      [createHash("sha256").update(caller).digest(), requests],
    );
    if (row === undefined) throw new Error("a caller's requests were not counted");
    return row;
  },
});
