import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    -- An import is many transactions now, so its row is there before it is finished.
    ALTER TABLE preferences.imports
      -- Null while it is under way. The default is for code before this: one transaction, whose row means the whole of it.
      ADD COLUMN finished_at timestamptz,
      -- The line up to which it is merged.
      ADD COLUMN merged_line bigint NOT NULL DEFAULT 0,
      -- What it had, once it is finished.
      ADD COLUMN lines bigint,
      ADD COLUMN rejected bigint;
    UPDATE preferences.imports SET finished_at = imported_at;
    ALTER TABLE preferences.imports ALTER COLUMN finished_at SET DEFAULT now();

    -- Code before this would take an import under way for a finished one and let go of its delivery. It never writes
    -- finished_at; this makes it fail, so that the delivery comes again. To be dropped once no such code runs.
    CREATE FUNCTION preferences.refuse_import_under_way() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (
        SELECT FROM preferences.imports
        WHERE bucket = NEW.bucket AND key = NEW.key AND version = NEW.version AND finished_at IS NULL
      ) THEN
        RAISE EXCEPTION 'the import of this object is under way' USING ERRCODE = 'lock_not_available';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_import_under_way BEFORE INSERT ON preferences.imports
      FOR EACH ROW WHEN (NEW.finished_at IS NOT NULL) EXECUTE FUNCTION preferences.refuse_import_under_way();

    -- How far an import is staged. Unlogged like the lines themselves: a crash of the server empties both together, so
    -- this never claims lines that are gone, and the import stages them anew.
    CREATE UNLOGGED TABLE preferences.import_staging (
      import_id bigint PRIMARY KEY,
      state text NOT NULL DEFAULT 'reading' CHECK (state IN ('reading', 'staged', 'discarded')),
      -- Lines read, the bytes they were (after unzip) and the SHA-256 of these.
      lines bigint NOT NULL DEFAULT 0,
      bytes bigint NOT NULL DEFAULT 0,
      digest bytea NOT NULL DEFAULT sha256('') CHECK (length(digest) = 32),
      -- Lines refused among them.
      rejected bigint NOT NULL DEFAULT 0,
      -- When a delivery worked on it last: what nobody comes back to is cleared away.
      touched_at timestamptz NOT NULL DEFAULT now()
    );

    -- Refused lines for the report: number and reason, never content.
    CREATE UNLOGGED TABLE preferences.import_refusals (
      import_id bigint NOT NULL,
      line bigint NOT NULL,
      reason text NOT NULL,
      PRIMARY KEY (import_id, line)
    );

    GRANT UPDATE (merged_line, lines, rejected, finished_at) ON preferences.imports TO preferences_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON preferences.import_staging TO preferences_app;
    GRANT SELECT, INSERT, DELETE ON preferences.import_refusals TO preferences_app;
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    DROP TABLE preferences.import_refusals, preferences.import_staging;
    DROP TRIGGER refuse_import_under_way ON preferences.imports;
    DROP FUNCTION preferences.refuse_import_under_way();
    REVOKE UPDATE (merged_line, lines, rejected, finished_at) ON preferences.imports FROM preferences_app;
    ALTER TABLE preferences.imports
      DROP COLUMN finished_at, DROP COLUMN merged_line, DROP COLUMN lines, DROP COLUMN rejected;
  `);
}
