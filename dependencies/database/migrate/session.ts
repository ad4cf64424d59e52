import { setTimeout } from "node:timers/promises";
import { PG_MIGRATE_LOCK_ID } from "node-pg-migrate";
import { Client, type ClientConfig } from "pg";
import { Failure } from "../../../runtime/failure";

/** How a migration behaves towards the traffic beside it. Milliseconds. */
export interface Patience {
  /** How long a statement queues for a lock; whoever needs the table queues behind it. @default 500 */
  readonly lockTimeout?: number;
  /** How long a statement runs. @default 600000 */
  readonly statementTimeout?: number;
  /** How often a migration that did not get its lock is tried again, with growing pauses: 30 are about two minutes. @default 30 */
  readonly attempts?: number;
  /** How long to wait for another runner. @default 300000 */
  readonly waitForRunner?: number;
}

/**
 * Connects, sets the time limits of the session, waits until no other runner works, and passes the client on.
 *
 * The lock is the one that node-pg-migrate itself takes. It is tried again and again instead of waited for: a waiting
 * statement holds a snapshot, CREATE INDEX CONCURRENTLY of the other runner waits for that snapshot to end, and the
 * server ends one of the two as a deadlock.
 */
export async function withSession<Result>(
  database: ClientConfig,
  { lockTimeout = 500, statementTimeout = 600_000, waitForRunner = 300_000 }: Patience,
  report: (line: string) => void,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
    application_name: "migrate",
    ...database,
  });
  // A connection that breaks while idle is told by the next query.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(
      `SET lock_timeout = ${lockTimeout};
       SET statement_timeout = ${statementTimeout};
       -- When this process dies in mid-statement, the server gives up the statement, and with it the lock: within a
       -- second when the connection closed, within 15 when the machine vanished.
       SET client_connection_check_interval = '1s';
       SET tcp_keepalives_idle = 5;
       SET tcp_keepalives_interval = 5;
       SET tcp_keepalives_count = 2`,
    );
    await takeTurn(client, waitForRunner, report);
    return await work(client);
  } finally {
    // Ends the session, and with it the lock.
    await client.end().catch(() => {});
  }
}

async function takeTurn(client: Client, patience: number, report: (line: string) => void): Promise<void> {
  const deadline = Date.now() + patience;
  for (let attempt = 0; ; attempt += 1) {
    const { rows } = await client.query<{ free: boolean }>("SELECT pg_try_advisory_lock($1) AS free", [
      PG_MIGRATE_LOCK_ID,
    ]);
    if (rows[0]?.free) return;
    if (attempt === 0) report("another runner migrates this database: waiting for it");
    if (Date.now() > deadline) {
      throw new Failure(`another runner still migrates this database after ${Math.round(patience / 1000)} s`);
    }
    await setTimeout(200);
  }
}
