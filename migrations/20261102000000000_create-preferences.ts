import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE preferences.users (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      -- As it was given; compared without case. Null once erased. An address is ASCII: bytes compare fastest.
      email text COLLATE "C" CHECK (length(email) BETWEEN 3 AND 254),
      -- What the resolver said of the address's domain when the user came; null when it was not asked.
      mail_domain text CHECK (mail_domain IN ('accepts', 'refuses', 'unknown')),
      -- The current choices by consent, and the number of events they are the sum of: changed only with an event.
      consents jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(consents) = 'object'),
      event_count integer NOT NULL DEFAULT 0 CHECK (event_count >= 0),
      created_at timestamptz NOT NULL DEFAULT now(),
      erased_at timestamptz,
      CHECK ((email IS NULL) = (erased_at IS NOT NULL))
    )
    -- Room on each page for its next event: no index changes, so the update stays on the page.
    WITH (fillfactor = 80);
    CREATE UNIQUE INDEX users_email ON preferences.users (lower(email));

    CREATE TABLE preferences.events (
      user_id uuid NOT NULL REFERENCES preferences.users (id),
      -- 1, 2, 3... for each user: the order in which events were applied.
      sequence integer NOT NULL CHECK (sequence > 0),
      consents jsonb NOT NULL CHECK (jsonb_typeof(consents) = 'object' AND consents <> '{}'),
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (user_id, sequence)
    );

    -- Applies changes one after the other: the current consents of a user are this over the user's events.
    CREATE AGGREGATE preferences.consents_in_order (jsonb) (SFUNC = jsonb_concat, STYPE = jsonb, INITCOND = '{}');

    -- What a POST with an Idempotency-Key made. It keeps no answer: the answer is made again from what it points at.
    CREATE TABLE preferences.idempotency_keys (
      operation text NOT NULL CHECK (operation IN ('users', 'events')),
      key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
      -- SHA-256 of the request.
      request bytea NOT NULL CHECK (length(request) = 32),
      user_id uuid NOT NULL REFERENCES preferences.users (id),
      sequence integer,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (operation, key)
    );
    CREATE INDEX idempotency_keys_user ON preferences.idempotency_keys (user_id);
    CREATE INDEX idempotency_keys_age ON preferences.idempotency_keys (created_at);

    -- One row an imported object; the key makes a second delivery of it change nothing.
    CREATE TABLE preferences.imports (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      bucket text NOT NULL,
      key text NOT NULL,
      -- The object's version where the bucket keeps versions, else its ETag.
      version text NOT NULL,
      imported_at timestamptz NOT NULL DEFAULT now(),
      UNIQUE (bucket, key, version)
    );

    -- Lines on their way in. They come and go within one transaction, so a crash may empty the table: unlogged.
    CREATE UNLOGGED TABLE preferences.import_lines (
      import_id bigint NOT NULL,
      line bigint NOT NULL,
      email text COLLATE "C" NOT NULL,
      consents jsonb NOT NULL,
      PRIMARY KEY (import_id, line)
    );

    -- A batch of them. A function, and a volatile one, so that the planner counts on its ROWS: it knows nothing of rows
    -- that came in this transaction, takes them for one, and would join batches by nested loops.
    CREATE FUNCTION preferences.staged_lines (import bigint, first bigint, last bigint)
    RETURNS TABLE (line bigint, email text, address text, consents jsonb)
    LANGUAGE sql VOLATILE ROWS 20000
    BEGIN ATOMIC
      SELECT line, email, lower(email), consents FROM preferences.import_lines
      WHERE import_id = import AND line BETWEEN first AND last;
    END;

    -- Events are only ever added: no UPDATE, no DELETE, and users are erased, not deleted.
    GRANT SELECT, INSERT ON preferences.events TO preferences_app;
    GRANT SELECT, INSERT, UPDATE (email, mail_domain, consents, event_count, erased_at) ON preferences.users TO preferences_app;
    -- UPDATE of one column, for SKIP LOCKED to be allowed to lock a row.
    GRANT SELECT, INSERT, DELETE, UPDATE (created_at) ON preferences.idempotency_keys TO preferences_app;
    GRANT SELECT, INSERT ON preferences.imports TO preferences_app;
    GRANT SELECT, INSERT, DELETE ON preferences.import_lines TO preferences_app;
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    DROP FUNCTION preferences.staged_lines (bigint, bigint, bigint);
    DROP TABLE preferences.import_lines, preferences.imports, preferences.idempotency_keys, preferences.events,
      preferences.users;
    DROP AGGREGATE preferences.consents_in_order (jsonb);
  `);
}
