import { status } from "../../dependencies/database/migrate/status";
import type { Queries } from "../../runtime/database";
import type { DatabaseView, Statement } from "./views";

const sizes = `
  SELECT pg_database_size(current_database())::float8 AS bytes,
    (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections`;

const tables = `
  SELECT format('%s.%s', schemaname, relname) AS name, pg_total_relation_size(relid)::float8 AS bytes,
    n_live_tup::float8 AS rows
  FROM pg_stat_user_tables ORDER BY bytes DESC, name LIMIT 12`;

/** Of the services' own roles: what the console asks itself, and migrations, are not among them. */
const statements = `
  SELECT left(query, 2000) AS text, rolname AS role, calls::float8 AS calls, total_exec_time AS total,
    mean_exec_time AS mean, rows::float8 AS rows
  FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND rolname NOT IN (current_user, 'migrator')
  ORDER BY total_exec_time DESC LIMIT 15`;

/**
 * @param database as its superuser
 * @param url the same, for the list of migrations
 */
export async function viewDatabase(database: Queries, url: string): Promise<DatabaseView> {
  const [[size], biggest, slowest, migrations] = await Promise.all([
    database.query<{ bytes: number; connections: number }>(sizes),
    database.query<DatabaseView["tables"][number]>(tables),
    database
      .query("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
      .then(() => database.query<Statement>(statements))
      .catch(() => undefined),
    status({ connectionString: url, connectionTimeoutMillis: 2_000 }, "migrations"),
  ]);
  return {
    bytes: size?.bytes ?? 0,
    connections: size?.connections ?? 0,
    tables: biggest,
    ...(slowest && { statements: slowest }),
    migrations,
  };
}
