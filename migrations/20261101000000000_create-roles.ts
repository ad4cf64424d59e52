import type { MigrationBuilder } from "node-pg-migrate";

/** Roles belong to the whole cluster and schemas to this database, so the one who connected makes them. */
export const runsAs = "administrator";

/** A product's schema, and the role its services connect as. */
const products = [
  { schema: "preferences", role: "preferences_app" },
  { schema: "loyalty", role: "loyalty_app" },
];

/**
 * The roles. `migrator` owns every schema and table and only migrations act as it; each product has a role that services
 * connect as and that is granted, table by table, what those services need: nothing here.
 */
export function up(pgm: MigrationBuilder) {
  pgm.sql("REVOKE ALL ON SCHEMA public FROM PUBLIC");
  // Takes away temporary tables too: they would pin the proxy's session.
  pgm.sql(onDatabase("REVOKE ALL ON DATABASE %I FROM PUBLIC"));
  pgm.sql(createRole("migrator", "NOLOGIN"));
  // Since PostgreSQL 16 whoever creates a role may administer it but not act as it.
  pgm.sql("GRANT migrator TO CURRENT_USER WITH INHERIT TRUE, SET TRUE");
  for (const { schema, role } of products) {
    pgm.sql(createRole(role, "LOGIN"));
    // RDS lets a role in by IAM token when it is a member of rds_iam, and then by nothing else.
    pgm.sql(`DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN GRANT rds_iam TO ${role}; END IF;
    END $$`);
    // A proxy's sessions are shared: a limit stands here, where it needs no SET (which would pin the session).
    pgm.sql(`ALTER ROLE ${role} SET search_path = ${schema}`);
    pgm.sql(`ALTER ROLE ${role} SET statement_timeout = '5s'`);
    pgm.sql(`ALTER ROLE ${role} SET lock_timeout = '2s'`);
    pgm.sql(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '10s'`);
    pgm.sql(onDatabase(`GRANT CONNECT ON DATABASE %I TO ${role}`));
    pgm.sql(`CREATE SCHEMA ${schema} AUTHORIZATION migrator`);
    pgm.sql(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  }
}

/** Leaves the roles themselves: another database of the cluster may use them. */
export function down(pgm: MigrationBuilder) {
  for (const { schema, role } of products) {
    pgm.sql(`DROP SCHEMA ${schema}`);
    pgm.sql(onDatabase(`REVOKE CONNECT ON DATABASE %I FROM ${role}`));
  }
  pgm.sql(onDatabase("GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC"));
  pgm.sql("GRANT USAGE ON SCHEMA public TO PUBLIC");
}

/** CREATE ROLE has no IF NOT EXISTS; two databases of one cluster may be migrated at the same moment. */
function createRole(name: string, attributes: "LOGIN" | "NOLOGIN"): string {
  return `DO $$ BEGIN
    CREATE ROLE ${name} ${attributes};
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$`;
}

/** A statement about the database it runs in, whatever its name. */
function onDatabase(statement: string): string {
  return `DO $$ BEGIN EXECUTE format('${statement}', current_database()); END $$`;
}
