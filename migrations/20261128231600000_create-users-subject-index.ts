import type { MigrationBuilder } from "node-pg-migrate";

/** A subject is one person, and so one user. */
export function up(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_subject ON preferences.users (subject)");
}

export function down(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql("DROP INDEX CONCURRENTLY IF EXISTS preferences.users_subject");
}
