import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    -- How long a row waits is asked once a minute, of a million rows too: it must not need a look at each transaction.
    -- Rows that are here already count from now.
    ALTER TABLE loyalty.outbox ADD COLUMN accepted_at timestamptz NOT NULL DEFAULT now();
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql("ALTER TABLE loyalty.outbox DROP COLUMN accepted_at");
}
