import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    -- Trace context of the request that was accepted (https://www.w3.org/TR/trace-context/): a job that a worker queues
    -- again goes on with the same trace. Null where nothing is traced.
    ALTER TABLE loyalty.outbox ADD COLUMN traceparent text;
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    ALTER TABLE loyalty.outbox DROP COLUMN traceparent;
  `);
}
