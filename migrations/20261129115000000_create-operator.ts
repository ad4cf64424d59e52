import type { MigrationBuilder } from "node-pg-migrate";

/** Roles belong to the whole cluster, so the one who connected makes it. */
export const runsAs = "administrator";

/** Tables that name nobody, or only by an id. A later table is granted by its own migration, or stays unread. */
const readable = [
  "preferences.events",
  "preferences.imports",
  "preferences.import_staging",
  "preferences.import_refusals",
  "loyalty.transactions",
  "loyalty.balances",
  "loyalty.outbox",
  "loyalty.dead_letters",
];

/** Of tables with names, addresses or hashes, the columns without them. */
const readableColumns = {
  "preferences.users": "id, consents, event_count, created_at, erased_at, mail_domain",
  "loyalty.users": "id, can_transact, created_at",
};

/**
 * The role `operator`: looks at the database when something is wrong (docs/adr/0019-operators.md). It reads no name, no address and no hash,
 * writes nothing, and ends by itself. It cannot log in before a password is made for it, and is no member of rds_iam.
 */
export function up(pgm: MigrationBuilder): void {
  // Two databases of one cluster may be migrated at the same moment, and CREATE ROLE has no IF NOT EXISTS.
  pgm.sql(`DO $$ BEGIN
    CREATE ROLE operator LOGIN CONNECTION LIMIT 5;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$`);
  pgm.sql("ALTER ROLE operator SET default_transaction_read_only = on");
  pgm.sql("ALTER ROLE operator SET statement_timeout = '30s'");
  pgm.sql("ALTER ROLE operator SET lock_timeout = '2s'");
  pgm.sql("ALTER ROLE operator SET idle_in_transaction_session_timeout = '30s'");
  pgm.sql(onDatabase("GRANT CONNECT ON DATABASE %I TO operator"));
  pgm.sql("GRANT USAGE ON SCHEMA preferences, loyalty TO operator");
  pgm.sql(`GRANT SELECT ON ${readable.join(", ")} TO operator`);
  for (const [table, columns] of Object.entries(readableColumns)) {
    pgm.sql(`GRANT SELECT (${columns}) ON ${table} TO operator`);
  }
}

/** Leaves the role itself: another database of the cluster may use it. */
export function down(pgm: MigrationBuilder): void {
  for (const [table, columns] of Object.entries(readableColumns)) {
    pgm.sql(`REVOKE SELECT (${columns}) ON ${table} FROM operator`);
  }
  pgm.sql(`REVOKE SELECT ON ${readable.join(", ")} FROM operator`);
  pgm.sql("REVOKE USAGE ON SCHEMA preferences, loyalty FROM operator");
  pgm.sql(onDatabase("REVOKE CONNECT ON DATABASE %I FROM operator"));
}

/** A statement about the database it runs in, whatever its name. */
function onDatabase(statement: string): string {
  return `DO $$ BEGIN EXECUTE format('${statement}', current_database()); END $$`;
}
