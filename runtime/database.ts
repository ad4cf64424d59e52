import { setTimeout as delay } from "node:timers/promises";
import pg, { type PoolClient, type PoolConfig, type QueryResultRow } from "pg";
import type { Logger } from "./logger";
import { unavailable } from "./problem";
import * as z from "./schema";
import { resource } from "./service";
import { tracedDatabase } from "./traced-database";

const poolSize = z
  ._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 10)
  .check(z.describe("Most connections to the database"));

/** Variables of a service that uses the database: an address with a password, or IAM authentication (on AWS). */
export const DatabaseEnvironment = z.union(
  [
    z.object({
      DATABASE_URL: z
        .url({ protocol: /^postgres(ql)?$/ })
        .check(z.describe("postgres://user:password@host:port/database")),
      DATABASE_POOL_SIZE: poolSize,
    }),
    z.object({
      DATABASE_AUTH: z.literal("iam").check(z.describe("Log in by IAM token")),
      DATABASE_HOST: z.hostname().check(z.describe("The proxy's endpoint")),
      DATABASE_PORT: z
        ._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65_535)), 5432)
        .check(z.describe("Its port")),
      DATABASE_NAME: z.string().check(z.describe("The database")),
      DATABASE_USER: z.string().check(z.describe("The role to log in as")),
      DATABASE_POOL_SIZE: poolSize,
      AWS_REGION: z.string().check(z.describe("Where the database is; Lambda and ECS set it")),
    }),
  ],
  "DATABASE_URL (postgres://...), or DATABASE_AUTH=iam with DATABASE_HOST, DATABASE_NAME, DATABASE_USER and AWS_REGION",
);
export type DatabaseEnvironment = z.infer<typeof DatabaseEnvironment>;

/** What runs SQL: the pool, or one connection within a transaction. Throws a 503 problem when no connection is to be had. */
export interface Queries {
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queries {
  /** Runs `work` in one transaction on one connection: committed when it resolves, rolled back when it throws. */
  transaction<T>(work: (queries: Queries, client: PoolClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function connectionOf(environment: DatabaseEnvironment): PoolConfig {
  if ("DATABASE_URL" in environment) return { connectionString: environment.DATABASE_URL };
  const { DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_USER: user, AWS_REGION: region } = environment;
  return {
    host,
    port,
    user,
    database: environment.DATABASE_NAME,
    // A new token for each new connection: it lives 15 minutes, and signing is local, so there is nothing to keep.
    password: async () => {
      const { Signer } = await import("./aws-sdk/rds-signer");
      return new Signer({ hostname: host, port, username: user, region }).getAuthToken();
    },
    // RDS Proxy presents a certificate of Amazon's public authority, which Node trusts as it is.
    ssl: { rejectUnauthorized: true },
  };
}

/** SQLSTATE classes and Node codes that say "not now" rather than "not so": lost or refused connections, timeouts. */
const passing =
  /^(08...|57P0[1-5]|57014|55P03|53...|40001|40P01|25006|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;

/** pg and pg-pool give these no code. */
const lost =
  /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

function translate(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  const code = "code" in error ? String(error.code) : "";
  const message = "message" in error ? String(error.message) : "";
  if (!passing.test(code) && !lost.test(message)) return error;
  return unavailable("The database does not answer in time. Try again shortly.", error);
}

/** Milliseconds that a connection may rest before it is asked whether it is still one. */
const askAfter = 1_000;
/** Milliseconds in which it must say so. */
const answerWithin = 500;

async function answers(client: PoolClient): Promise<boolean> {
  const late = new AbortController();
  try {
    const silence = delay(answerWithin, false, { signal: late.signal });
    const answer = client.query("SELECT 1").then(
      () => true,
      () => false,
    );
    return await Promise.race([answer, silence]);
  } finally {
    late.abort();
  }
}

/** Without a listener, a connection that is lost while it is out of the pool would end the process. */
const ignore = () => undefined;

export interface DatabaseOptions {
  /** Milliseconds to wait for a connection before answering 503. @default 2000 */
  readonly connectionTimeout?: number;
}

/**
 * One pool a process. Statements go unnamed and nothing is set on the session, so that RDS Proxy may give any
 * connection to any transaction; time limits belong to the role (ALTER ROLE ... SET).
 */
export function createDatabase(
  environment: DatabaseEnvironment,
  logger: Logger,
  { connectionTimeout = 2000 }: DatabaseOptions = {},
): Database {
  const pool = new pg.Pool({
    ...connectionOf(environment),
    max: environment.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: connectionTimeout,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  // An idle connection that the server closes: the pool has dropped it already and opens another when asked.
  pool.on("error", (error) => logger.warn({ err: error }, "idle database connection lost"));

  const usedAt = new WeakMap<PoolClient, number>();
  const release = (client: PoolClient, broken: boolean) => {
    client.off("error", ignore);
    usedAt.set(client, Date.now());
    client.release(broken);
  };

  /**
   * A connection that works. One that nobody used for a while is asked first: its server may have closed it while this
   * process was frozen, as a function is between requests, or fell silent. A statement of a request then never meets one
   * that is known to be gone, and none has to be sent twice.
   */
  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect();
      client.on("error", ignore);
      const last = usedAt.get(client);
      if (last === undefined || Date.now() - last < askAfter) return client;
      if (await answers(client)) return client;
      release(client, true);
    }
  }

  return {
    query: async <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => {
      let broken = false;
      const client = await connect().catch((error: unknown) => {
        throw translate(error);
      });
      try {
        return (await client.query<Row>(text, values ? [...values] : undefined)).rows;
      } catch (error) {
        // What PostgreSQL refuses leaves the connection as it was; after anything else nobody knows.
        broken = !(error instanceof pg.DatabaseError);
        throw translate(error);
      } finally {
        release(client, broken);
      }
    },
    transaction: async (work) => {
      const client = await connect().catch((error: unknown) => {
        throw translate(error);
      });
      let broken = false;
      try {
        await client.query("BEGIN");
        const result = await work(
          {
            query: async <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) =>
              (await client.query<Row>(text, values ? [...values] : undefined)).rows,
          },
          client,
        );
        await client.query("COMMIT");
        return result;
      } catch (error) {
        await client.query("ROLLBACK").catch(() => {
          broken = true;
        });
        throw translate(error);
      } finally {
        release(client, broken);
      }
    },
    close: () => pool.end(),
  };
}

/** The resource `database`: one pool, which `GET /health?deep` asks for an answer. */
export const database = resource(DatabaseEnvironment, (variables, { logger, onStop, readyWhen, tracing }) => {
  const pool = createDatabase(variables, logger);
  onStop(pool.close);
  readyWhen(() => pool.query("SELECT 1"));
  return tracing === undefined ? pool : tracedDatabase(pool, tracing);
});
