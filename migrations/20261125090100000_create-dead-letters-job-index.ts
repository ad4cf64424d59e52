import type { MigrationBuilder } from "node-pg-migrate";

/** A worker asks for each fault whether it was told before. */
export function up(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql("CREATE INDEX CONCURRENTLY IF NOT EXISTS dead_letters_job ON loyalty.dead_letters (job_id)");
}

export function down(pgm: MigrationBuilder): void {
  pgm.noTransaction();
  pgm.sql("DROP INDEX CONCURRENTLY IF EXISTS loyalty.dead_letters_job");
}
