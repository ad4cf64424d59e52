import type { MigrationBuilder } from "node-pg-migrate";

export function up(pgm: MigrationBuilder): void {
  pgm.sql(`
    CREATE TABLE loyalty.users (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      username text NOT NULL UNIQUE CHECK (length(username) BETWEEN 1 AND 64),
      -- argon2id in PHC form: algorithm, parameters and salt stand in it.
      password_hash text NOT NULL,
      can_transact boolean NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    );

    CREATE TABLE loyalty.transactions (
      id uuid PRIMARY KEY,
      user_id bigint NOT NULL REFERENCES loyalty.users (id),
      -- Minor units of the currency.
      amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 1000000000000),
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
      idempotency_key text CHECK (length(idempotency_key) BETWEEN 1 AND 255),
      accepted_at timestamptz NOT NULL DEFAULT now(),
      -- Both set when a worker awards, in the statement that changes the balance: the fence against awarding twice.
      awarded_at timestamptz,
      stamps bigint CHECK (stamps >= 0),
      CHECK ((awarded_at IS NULL) = (stamps IS NULL))
    )
    -- Room on each page for its award: no index changes, so the update stays on the page.
    WITH (fillfactor = 70);

    CREATE UNIQUE INDEX transactions_idempotency_key ON loyalty.transactions (user_id, idempotency_key)
      WHERE idempotency_key IS NOT NULL;
    CREATE INDEX transactions_recent ON loyalty.transactions (user_id, accepted_at DESC);

    -- All that a user ever earned; one row a user, changed only beside the award that it counts.
    CREATE TABLE loyalty.balances (
      user_id bigint PRIMARY KEY REFERENCES loyalty.users (id),
      stamps bigint NOT NULL CHECK (stamps >= 0),
      vouchers bigint NOT NULL CHECK (vouchers >= 0)
    )
    WITH (fillfactor = 50);

    -- A job stands here from the moment its transaction is accepted until it is awarded or dead-lettered. Whatever
    -- happens to Redis, what stands here is queued again when it is due.
    CREATE TABLE loyalty.outbox (
      job_id text PRIMARY KEY,
      payload text NOT NULL,
      due_at timestamptz NOT NULL,
      relayed integer NOT NULL DEFAULT 0
    )
    -- Rows live for milliseconds: vacuum by count, not by a share of a table that is nearly empty.
    WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
    CREATE INDEX outbox_due ON loyalty.outbox (due_at);

    CREATE TABLE loyalty.dead_letters (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      job_id text NOT NULL,
      payload text NOT NULL,
      reason text NOT NULL,
      attempts bigint NOT NULL,
      failed_at timestamptz NOT NULL DEFAULT now()
    );

    GRANT SELECT ON loyalty.users TO loyalty_app;
    GRANT SELECT, INSERT, UPDATE (awarded_at, stamps) ON loyalty.transactions TO loyalty_app;
    GRANT SELECT, INSERT, UPDATE ON loyalty.balances TO loyalty_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON loyalty.outbox TO loyalty_app;
    GRANT SELECT, INSERT, DELETE ON loyalty.dead_letters TO loyalty_app;
  `);
}

export function down(pgm: MigrationBuilder): void {
  pgm.sql(`
    DROP TABLE loyalty.dead_letters, loyalty.outbox, loyalty.balances, loyalty.transactions, loyalty.users;
  `);
}
