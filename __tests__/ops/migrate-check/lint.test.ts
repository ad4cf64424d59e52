import type { MigrationBuilder } from "node-pg-migrate";
import { lint } from "../../../ops/migrate-check/lint";

const down = () => {};
const sql = (text: string) => ({ up: (pgm: MigrationBuilder) => pgm.sql(text), down });
const alter = (change: string) => sql(`ALTER TABLE app.users ${change};`);

test.each([
  [
    "an index that blocks writes",
    sql("CREATE INDEX users_name ON app.users (name);"),
    "require-concurrent-index-creation",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS",
  ],
  [
    "dropping an index with a lock",
    sql("DROP INDEX app.users_name;"),
    "require-concurrent-index-deletion",
    "DROP INDEX CONCURRENTLY IF EXISTS",
  ],
  [
    "a column required of rows that lack it",
    alter("ADD COLUMN age bigint NOT NULL"),
    "adding-required-field",
    "expand: add the column with a constant default",
  ],
  [
    "requiring a column that may be empty",
    alter("ALTER COLUMN age SET NOT NULL"),
    "adding-not-nullable-field",
    "CHECK (column IS NOT NULL) NOT VALID",
  ],
  [
    "a default that rewrites the table",
    alter("ADD COLUMN tag uuid DEFAULT gen_random_uuid()"),
    "adding-field-with-default",
    "backfill in batches",
  ],
  [
    "renaming a column",
    alter("RENAME COLUMN name TO full_name"),
    "renaming-column",
    "expand: add the new column and write both",
  ],
  ["renaming a table", alter("RENAME TO people"), "renaming-table", "contract: drop the old name"],
  [
    "renaming a value of a type",
    sql("ALTER TYPE app.kind RENAME VALUE 'a' TO 'b';"),
    "renaming-object",
    "contract: drop the old one",
  ],
  ["renaming a view", sql("ALTER VIEW app.people RENAME TO humans;"), "renaming-object", "contract: drop the old one"],
  [
    "moving a table to another schema",
    alter("SET SCHEMA other"),
    "moves-schema",
    "expand: create it in the new schema",
  ],
  [
    "changing a column's type",
    alter("ALTER COLUMN age TYPE bigint"),
    "changing-column-type",
    "expand: add a column of the new type",
  ],
  [
    "a check that reads every row under lock",
    alter("ADD CONSTRAINT adult CHECK (age > 17)"),
    "constraint-missing-not-valid",
    "NOT VALID",
  ],
  [
    "a foreign key that reads every row under lock",
    alter("ADD CONSTRAINT team FOREIGN KEY (team) REFERENCES app.teams (id)"),
    "adding-foreign-key-constraint",
    "VALIDATE CONSTRAINT in the next migration",
  ],
  [
    "a unique constraint that builds its index under lock",
    alter("ADD CONSTRAINT name UNIQUE (name)"),
    "disallowed-unique-constraint",
    "UNIQUE USING INDEX",
  ],
  [
    "dropping a column",
    alter("DROP COLUMN name"),
    "ban-drop-column",
    "first deploy code that no longer names the column",
  ],
  [
    "dropping a table",
    sql("DROP TABLE app.users;"),
    "ban-drop-table",
    "first deploy code that no longer names the table",
  ],
  [
    "a statement hidden in a DO block",
    sql("DO $$ BEGIN ALTER TABLE app.users RENAME name TO n; END $$;"),
    "hidden-ddl",
    "write the statement outside DO",
  ],
])("%s is refused, with the safe way", async (_title, migration, rule, safeWay) => {
  const findings = await lint(migration);
  const finding = findings.find((text) => text.startsWith(`${rule}: `));
  expect(finding).toContain("Safe way: ");
  expect(finding).toContain(safeWay);
});

test.each([
  [
    "a new table with its indexes",
    sql(
      "CREATE TABLE app.teams (id bigint PRIMARY KEY, name text NOT NULL); CREATE INDEX teams_name ON app.teams (name);",
    ),
  ],
  ["a column with a constant default", alter("ADD COLUMN active boolean NOT NULL DEFAULT true")],
  ["a constraint that is validated later", alter("ADD CONSTRAINT adult CHECK (age > 17) NOT VALID")],
  ["a comment that speaks of an unsafe statement", sql("-- ALTER TYPE a RENAME VALUE\nSELECT 1;")],
  [
    "a function whose body renames",
    sql("CREATE FUNCTION app.f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ALTER VIEW a RENAME TO b; END $f$;"),
  ],
])("%s is safe", async (_title, migration) => {
  expect(await lint(migration)).toEqual([]);
});

test("an index built concurrently, outside a transaction, is safe", async () => {
  const up = (pgm: MigrationBuilder) => {
    pgm.noTransaction();
    pgm.sql("CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON app.users (name);");
  };
  expect(await lint({ up, down })).toEqual([]);
});

const dropsColumn = alter("DROP COLUMN name");

test("a written reason overrides its rule", async () => {
  const unsafe = { "ban-drop-column": "no code has named it since the release of May" };
  expect(await lint({ ...dropsColumn, unsafe })).toEqual([]);
});

test.each(["", "because", "it is safe now"])("%p is no reason", async (reason) => {
  expect(await lint({ ...dropsColumn, unsafe: { "ban-drop-column": reason } })).toEqual([
    `unsafe["ban-drop-column"] must say in 5 words or more why it is safe here, got "${reason}"`,
  ]);
});

test("a reason for a rule that is not broken is refused, so that none outlives its cause", async () => {
  const unsafe = { "renaming-table": "no code has named it since the release of May" };
  expect(await lint({ ...sql("SELECT 1;"), unsafe })).toEqual([
    'unsafe["renaming-table"] overrides a rule that this migration does not break: remove it',
  ]);
});

test("a migration that asks the database while it is written is refused", async () => {
  const up = async (pgm: MigrationBuilder) => {
    await pgm.db.query("SELECT 1");
  };
  await expect(lint({ up, down })).rejects.toThrow("a migration writes SQL: what it would query is not known yet");
});
