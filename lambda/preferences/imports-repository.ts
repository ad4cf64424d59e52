import { finished } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from } from "pg-copy-streams";
import type { Queries } from "../../runtime/database";

/** What makes an object the same object when it is delivered again. */
export interface ObjectIdentity {
  readonly bucket: string;
  readonly key: string;
  /** Its version where the bucket keeps versions, else its ETag. */
  readonly version: string;
}

export type ImportsRepository = ReturnType<typeof importsRepository>;

/** What one transaction does for an import, on its connection. */
export const importsRepository = ({ query }: Queries, client: PoolClient) => ({
  /** Puts an import on record and returns its id; undefined when it is there already. Waits for one that is under way. */
  async insert({ bucket, key, version }: ObjectIdentity): Promise<string | undefined> {
    const [row] = await query<{ id: string }>(
      `INSERT INTO preferences.imports (bucket, key, version) VALUES ($1, $2, $3)
       ON CONFLICT (bucket, key, version) DO NOTHING RETURNING id`,
      [bucket, key, version],
    );
    return row?.id;
  },

  /** Stages lines; `rows` are in COPY's text format: import, line number, address, choices. */
  async stage(rows: string): Promise<void> {
    const copy = client.query(from("COPY preferences.import_lines (import_id, line, email, consents) FROM STDIN"));
    copy.end(rows);
    await finished(copy);
  },

  /**
   * Merges the staged lines from `first` to `last`, in their order: a user for each address, an event for each line with
   * choices. Lines of one address number their events one after the other, behind those the user has.
   */
  async merge(importId: string, first: number, last: number): Promise<void> {
    await query(
      `WITH staged AS (
         SELECT line, email, address, consents FROM preferences.staged_lines($1, $2, $3)
       ), merged AS (
         INSERT INTO preferences.users AS users (email, consents, event_count)
         SELECT (array_agg(email ORDER BY line))[1], preferences.consents_in_order(consents ORDER BY line),
                count(*) FILTER (WHERE consents <> '{}')
         FROM staged GROUP BY address
         ON CONFLICT (lower(email)) DO UPDATE
         SET consents = users.consents || excluded.consents, event_count = users.event_count + excluded.event_count
         RETURNING id, lower(email) AS address, event_count
       ), changes AS (
         SELECT address, consents, row_number() OVER (PARTITION BY address ORDER BY line DESC) - 1 AS later
         FROM staged WHERE consents <> '{}'
       )
       INSERT INTO preferences.events (user_id, sequence, consents)
       SELECT merged.id, merged.event_count - changes.later, changes.consents FROM changes JOIN merged USING (address)`,
      [importId, first, last],
    );
    await query("DELETE FROM preferences.import_lines WHERE import_id = $1 AND line BETWEEN $2 AND $3", [
      importId,
      first,
      last,
    ]);
  },
});
