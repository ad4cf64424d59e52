import { finished } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from } from "pg-copy-streams";
import type { Database, Queries } from "../../runtime/database";

/** What makes an object the same object when it is delivered again. */
export interface ObjectIdentity {
  readonly bucket: string;
  readonly key: string;
  /** Its version where the bucket keeps versions, else its ETag. */
  readonly version: string;
}

/** An import on record. */
export interface Import {
  readonly id: string;
  readonly finished: boolean;
  /** The line up to which it is merged. */
  readonly mergedLine: number;
}

/** The place in an object behind the last line that was read: bytes after unzip, and their SHA-256. */
export interface Place {
  readonly bytes: number;
  readonly digest: Uint8Array;
}

/** How far an import is staged. */
export interface Staged extends Place {
  readonly state: "reading" | "staged" | "discarded";
  readonly lines: number;
  readonly rejected: number;
}

export interface Refusal {
  readonly line: number;
  readonly reason: string;
}

/** What is staged at once: the state behind it, and what leads there. */
export interface StagedBatch extends Staged {
  /** In COPY's text format: import, line number, address, choices. */
  readonly rows: Uint8Array;
  /** Those to be listed. */
  readonly refusals: readonly Refusal[];
}

/** Another delivery of the same object is at work: this one gives way, and comes again. */
export class OvertakenError extends Error {
  constructor() {
    super("another delivery of this object is at work");
  }
}

/** Lines that are staged, merged or cleared away in one transaction. */
export const batchSize = 10_000;

export type ImportsRepository = ReturnType<typeof importsRepository>;

/**
 * Each method is a transaction of its own. Whoever writes names the progress it believes in, so of two deliveries at
 * once one goes on and the other throws an OvertakenError: no lock outlives a batch or the death of a process.
 */
export const importsRepository = ({ query, transaction }: Pick<Database, "query" | "transaction">) => ({
  /** Puts an import on record, or finds it there. */
  async open({ bucket, key, version }: ObjectIdentity): Promise<Import> {
    const identity = [bucket, key, version];
    const find = () =>
      query<{ id: string; finished: boolean; merged_line: string }>(
        `SELECT id, finished_at IS NOT NULL AS finished, merged_line FROM preferences.imports
         WHERE bucket = $1 AND key = $2 AND version = $3`,
        identity,
      );
    const insert = `INSERT INTO preferences.imports (bucket, key, version, finished_at) VALUES ($1, $2, $3, NULL)
                    ON CONFLICT (bucket, key, version) DO NOTHING`;
    const { id, finished, merged_line } = await foundOrMade(find, () => query(insert, identity));
    return { id, finished, mergedLine: Number(merged_line) };
  },

  /** How far it is staged; begins where nothing is. */
  async staged(importId: string): Promise<Staged> {
    const find = () =>
      query<StagedRow>(
        "SELECT state, lines, bytes, digest, rejected FROM preferences.import_staging WHERE import_id = $1",
        [importId],
      );
    const insert = `INSERT INTO preferences.import_staging (import_id)
                    SELECT id FROM preferences.imports WHERE id = $1 AND finished_at IS NULL ON CONFLICT DO NOTHING`;
    const row = await foundOrMade(find, () => query(insert, [importId]));
    const { state, lines, bytes, digest, rejected } = row;
    return { state, digest, lines: Number(lines), bytes: Number(bytes), rejected: Number(rejected) };
  },

  /** Stages a batch behind what is staged. */
  stage: (importId: string, before: Pick<Staged, "lines" | "bytes">, batch: StagedBatch): Promise<void> =>
    transaction(async ({ query }, client) => {
      const { state, lines, bytes, digest, rejected, rows, refusals } = batch;
      const moved = await update(
        query,
        `UPDATE preferences.import_staging
         SET state = $4, lines = $5, bytes = $6, digest = $7, rejected = $8, touched_at = now()
         WHERE import_id = $1 AND state = 'reading' AND lines = $2 AND bytes = $3 RETURNING import_id`,
        [importId, before.lines, before.bytes, state, lines, bytes, digest, rejected],
      );
      if (moved.length === 0) throw new OvertakenError();
      if (rows.length > 0) await copy(client, rows);
      if (refusals.length === 0) return;
      await query(
        `INSERT INTO preferences.import_refusals (import_id, line, reason)
         SELECT $1, line, reason FROM unnest($2::bigint[], $3::text[]) AS refused (line, reason)`,
        [importId, refusals.map(({ line }) => line), refusals.map(({ reason }) => reason)],
      );
    }),

  /**
   * Merges the staged lines from `first` to `last`, in their order: a user for each address, an event for each line with
   * choices. Lines of one address number their events one after the other, behind those the user has. It locks these
   * users, in the order of their addresses, so that two imports cannot wait for each other.
   */
  merge: (importId: string, first: number, last: number): Promise<void> =>
    transaction(async ({ query }) => {
      const staged = await update(
        query,
        `UPDATE preferences.import_staging SET touched_at = now()
         WHERE import_id = $1 AND state = 'staged' RETURNING import_id`,
        [importId],
      );
      const moved = await query(
        "UPDATE preferences.imports SET merged_line = $3 WHERE id = $1 AND merged_line = $2 RETURNING id",
        [importId, first - 1, last],
      );
      if (staged.length === 0 || moved.length === 0) throw new OvertakenError();
      await mergeLines(query, [importId, first, last]);
    }),

  /** The refused lines to be listed, in their order. */
  async refusals(importId: string): Promise<Refusal[]> {
    const rows = await query<{ line: string; reason: string }>(
      "SELECT line, reason FROM preferences.import_refusals WHERE import_id = $1 ORDER BY line",
      [importId],
    );
    return rows.map(({ line, reason }) => ({ line: Number(line), reason }));
  },

  /** Ends an import whose lines are all merged and whose report is written. */
  finish: (importId: string, { lines, rejected }: Pick<Staged, "lines" | "rejected">): Promise<void> =>
    transaction(async ({ query }) => {
      const ended = await query(
        `UPDATE preferences.imports SET lines = $2, rejected = $3, finished_at = now()
         WHERE id = $1 AND merged_line = $2 AND finished_at IS NULL RETURNING id`,
        [importId, lines, rejected],
      );
      if (ended.length === 0) throw new OvertakenError();
      await forget(query, importId);
    }),

  /** Gives up what is staged of an import: its lines are cleared away by `clear`, and count no more from now on. */
  async discard(importId: string): Promise<void> {
    await query(
      "UPDATE preferences.import_staging SET state = 'discarded' WHERE import_id = $1 AND state <> 'discarded'",
      [importId],
    );
  },

  /** Gives up what nobody came back to for a day; returns the imports that are to be cleared. */
  async discardAbandoned(): Promise<string[]> {
    const rows = await query<{ import_id: string }>(
      `UPDATE preferences.import_staging SET state = 'discarded'
       WHERE touched_at < now() - interval '1 day' RETURNING import_id`,
    );
    return rows.map(({ import_id }) => import_id);
  },

  /** Clears a batch of a discarded import's lines away; returns whether there is more. */
  clear: (importId: string): Promise<boolean> =>
    transaction(async ({ query }) => {
      const discarded = await query(
        "SELECT FROM preferences.import_staging WHERE import_id = $1 AND state = 'discarded' FOR UPDATE",
        [importId],
      );
      if (discarded.length === 0) return false;
      // In two statements: one that joined the batch with the table would do so by nested loops whenever the planner has
      // not heard of this import's lines yet, 17 s for 10,000.
      const [last] = await query<{ line: string }>(
        "SELECT line FROM preferences.import_lines WHERE import_id = $1 ORDER BY line OFFSET $2 LIMIT 1",
        [importId, batchSize - 1],
      );
      const ofImport = "DELETE FROM preferences.import_lines WHERE import_id = $1";
      if (last !== undefined) {
        await query(`${ofImport} AND line <= $2`, [importId, last.line]);
        return true;
      }
      await query(ofImport, [importId]);
      await forget(query, importId);
      return false;
    }),
});

interface StagedRow {
  readonly state: Staged["state"];
  readonly lines: string;
  readonly bytes: string;
  readonly digest: Uint8Array;
  readonly rejected: string;
}

/** Looks before it makes: ON CONFLICT would wait for a batch that is changing the row. */
async function foundOrMade<Row>(find: () => Promise<Row[]>, make: () => Promise<unknown>): Promise<Row> {
  const [found] = await find();
  if (found !== undefined) return found;
  await make();
  const [made] = await find();
  // Another delivery has finished in between, or a crash has emptied the table.
  if (made === undefined) throw new OvertakenError();
  return made;
}

/** Runs an update of progress; waits for another delivery's batch no longer than the role's lock_timeout. */
async function update(query: Queries["query"], text: string, values: readonly unknown[]): Promise<unknown[]> {
  try {
    return await query(text, values);
  } catch (error) {
    // lock_not_available
    if (error instanceof Error && "code" in error && error.code === "55P03") throw new OvertakenError();
    throw error;
  }
}

async function copy(client: PoolClient, rows: Uint8Array): Promise<void> {
  const stream = client.query(from("COPY preferences.import_lines (import_id, line, email, consents) FROM STDIN"));
  stream.end(rows);
  await finished(stream);
}

async function mergeLines(query: Queries["query"], range: readonly [string, number, number]): Promise<void> {
  await query(
    `WITH staged AS (
       SELECT line, email, address, consents FROM preferences.staged_lines($1, $2, $3)
     ), merged AS (
       INSERT INTO preferences.users AS users (email, consents, event_count)
       SELECT (array_agg(email ORDER BY line))[1], preferences.consents_in_order(consents ORDER BY line),
              count(*) FILTER (WHERE consents <> '{}')
       FROM staged GROUP BY address ORDER BY address
       ON CONFLICT (lower(email)) DO UPDATE
       SET consents = users.consents || excluded.consents, event_count = users.event_count + excluded.event_count
       RETURNING id, lower(email) AS address, event_count
     ), changes AS (
       SELECT address, consents, row_number() OVER (PARTITION BY address ORDER BY line DESC) - 1 AS later
       FROM staged WHERE consents <> '{}'
     )
     INSERT INTO preferences.events (user_id, sequence, consents)
     SELECT merged.id, merged.event_count - changes.later, changes.consents FROM changes JOIN merged USING (address)`,
    range,
  );
  await query("DELETE FROM preferences.import_lines WHERE import_id = $1 AND line BETWEEN $2 AND $3", range);
}

async function forget(query: Queries["query"], importId: string): Promise<void> {
  await query("DELETE FROM preferences.import_refusals WHERE import_id = $1", [importId]);
  await query("DELETE FROM preferences.import_staging WHERE import_id = $1", [importId]);
}
