import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    -- Under which subject the issuer of tokens knows the person; null for one who does not log in, and once erased.
    ALTER TABLE preferences.users ADD COLUMN subject text COLLATE "C";
    GRANT UPDATE (subject) ON preferences.users TO preferences_app;

    -- What callers took of their limit. A crash may empty it, and all begin anew: unlogged.
    CREATE UNLOGGED TABLE preferences.caller_requests (
      -- SHA-256 of the subject: it is only compared.
      caller bytea NOT NULL CHECK (length(caller) = 32),
      minute timestamptz NOT NULL,
      requests integer NOT NULL CHECK (requests > 0),
      PRIMARY KEY (minute, caller)
    );
    GRANT SELECT, INSERT, UPDATE, DELETE ON preferences.caller_requests TO preferences_app;
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    DROP TABLE preferences.caller_requests;
    ALTER TABLE preferences.users DROP COLUMN subject;
  `);
}
