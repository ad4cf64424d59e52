import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    -- How often a job failed is counted here, not in Redis: what is there, anyone who reaches it can write.
    ALTER TABLE loyalty.outbox
      ADD COLUMN failures integer NOT NULL DEFAULT 0,
      ADD COLUMN starts_alone integer NOT NULL DEFAULT 0;

    -- A row's key is its transaction's id; rows that were replayed had keys of their own.
    INSERT INTO loyalty.outbox (job_id, payload, due_at)
      SELECT DISTINCT ON (payload) payload::jsonb ->> 'transaction_id', payload, due_at FROM loyalty.outbox
      WHERE job_id LIKE 'replay-%'
      ON CONFLICT (job_id) DO NOTHING;
    DELETE FROM loyalty.outbox WHERE job_id LIKE 'replay-%';
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    ALTER TABLE loyalty.outbox DROP COLUMN failures, DROP COLUMN starts_alone;
  `);
}
