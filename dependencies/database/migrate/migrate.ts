import { setTimeout } from "node:timers/promises";
import { type RunnerOption, runner } from "node-pg-migrate";
import type { Client, ClientConfig } from "pg";
import { Failure } from "../../../runtime/failure";
import { type LoadMigration, loadMigration, type Migration, migrationName, remembering } from "./migration";
import { type Patience, withSession } from "./session";

export interface MigrateOptions extends Patience {
  /** Where to connect: the database itself, not a proxy; the runner's lock belongs to a session. */
  readonly database: ClientConfig;
  /** @default "migrations" */
  readonly folder?: string;
  readonly direction: "up" | "down";
  /** How many to run at most. @default all for up, 1 for down */
  readonly count?: number;
  /** @default loadMigration */
  readonly load?: LoadMigration;
  /** Receives a line for each migration. */
  readonly report: (line: string) => void;
}

/**
 * Runs the migrations the database lacks (up), or takes back its latest (down), each in its own transaction unless it
 * calls `pgm.noTransaction()`. Returns the names of those run, in order. Throws on the first that fails; that one left
 * no trace, those before it stay.
 */
export function migrate(options: MigrateOptions): Promise<string[]> {
  const { direction, count = direction === "up" ? Number.POSITIVE_INFINITY : 1, report } = options;
  return withSession(options.database, options, report, async (client) => {
    const done: string[] = [];
    const load = remembering(options.load ?? loadMigration);
    while (done.length < count) {
      const started = performance.now();
      const name = await migrateOne(client, { ...options, load });
      if (name === undefined) break;
      report(`${direction} ${name} ${Math.round(performance.now() - started)} ms`);
      done.push(name);
    }
    return done;
  });
}

/** PostgreSQL's lock_not_available: lock_timeout passed. */
const lockNotAvailable = "55P03";

async function migrateOne(
  client: Client,
  options: MigrateOptions & { readonly load: LoadMigration },
): Promise<string | undefined> {
  const { folder = "migrations", direction, load, attempts = 30, report } = options;
  const current = { name: "", transactional: true, excerpt: "" };
  const loader = (paths: string[]) =>
    Promise.all(
      paths.map(async (path) => ({
        id: path,
        filePaths: [path],
        actions: actions(await load(path), (transactional) => {
          current.name = migrationName(path);
          current.transactional = transactional;
        }),
      })),
    );
  const runnerOptions: RunnerOption = {
    dbClient: client,
    dir: folder,
    direction,
    count: 1,
    migrationsTable: "pgmigrations",
    noLock: true,
    singleTransaction: false,
    migrationLoaderStrategies: [{ extensions: [".ts", ".mjs"], loader }],
    logger: {
      info: () => {},
      warn: () => {},
      error: (text) => {
        current.excerpt = text;
      },
    },
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [migration] = await runner(runnerOptions);
      return migration?.name;
    } catch (error) {
      const connected = await client.query("ROLLBACK; RESET ROLE").then(
        () => true,
        () => false,
      );
      const locked = error instanceof Error && "code" in error && error.code === lockNotAvailable;
      // Statements outside a transaction may have run: only a person can tell whether to run them again.
      if (!connected || !locked || !current.transactional || attempt >= attempts)
        throw failure(error, direction, current);
      const pause = backOff(attempt);
      report(
        `${direction} ${current.name}: a lock was not free, attempt ${attempt + 1} of ${attempts} in ${Math.round(pause)} ms`,
      );
      await setTimeout(pause);
    }
  }
}

function failure(
  error: unknown,
  direction: string,
  current: { name: string; transactional: boolean; excerpt: string },
) {
  if (!(error instanceof Error)) return error;
  if (current.name === "") return new Failure(error.message);
  const trace = current.transactional
    ? "changed nothing"
    : "runs outside a transaction: look at what it left before you run it again";
  return new Failure(`${direction} ${current.name} failed and ${trace}: ${error.message}\n${current.excerpt}`.trim());
}

/** Milliseconds: doubles from 100 to 5,000, of which a random half is taken off, so that two that collided part. */
function backOff(attempt: number): number {
  return Math.min(100 * 2 ** (attempt - 1), 5_000) * (0.5 + Math.random() / 2);
}

/** The migration's actions, run as its role: what a migration creates belongs to `migrator`, whoever connected. */
function actions({ up, down, runsAs = "migrator" }: Migration, begins: (transactional: boolean) => void) {
  const wrap =
    (action: Migration["up"]): Migration["up"] =>
    async (pgm) => {
      if (runsAs === "migrator") pgm.sql("SET ROLE migrator");
      await action(pgm);
      pgm.sql("RESET ROLE");
      begins(pgm.isUsingTransaction());
    };
  return { up: wrap(up), down: wrap(down) };
}
