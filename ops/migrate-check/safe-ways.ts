/**
 * For each rule, the way to the same end that old code and full tables survive: expand first, deploy, contract later
 * (docs/migrations.md). A rule without an entry is explained by squawk (https://squawkhq.com/docs/rules).
 */
export const safeWays: Readonly<Record<string, string>> = {
  "require-concurrent-index-creation":
    "call pgm.noTransaction() and write CREATE INDEX CONCURRENTLY IF NOT EXISTS, alone in its migration",
  "require-concurrent-index-deletion":
    "call pgm.noTransaction() and write DROP INDEX CONCURRENTLY IF EXISTS, alone in its migration",
  "adding-required-field":
    "expand: add the column with a constant default, or without NOT NULL; backfill; contract: require it in a later migration",
  "adding-not-nullable-field":
    "add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in the next migration, then SET NOT NULL, which reads no row",
  "adding-field-with-default":
    "expand: add the column without the default, set the default in a second statement, backfill in batches",
  "renaming-column":
    "expand: add the new column and write both; backfill; deploy code that uses the new one; contract: drop the old one",
  "renaming-table":
    "expand: create a view (or the new table) under the new name; deploy code that uses it; contract: drop the old name",
  "renaming-object":
    "expand: create it anew under the new name; deploy code that uses that; contract: drop the old one",
  "changing-column-type":
    "expand: add a column of the new type and write both; backfill; deploy code that uses it; contract: drop the old column",
  "constraint-missing-not-valid": "add the constraint NOT VALID; VALIDATE CONSTRAINT in the next migration",
  "adding-foreign-key-constraint": "add the constraint NOT VALID; VALIDATE CONSTRAINT in the next migration",
  "disallowed-unique-constraint":
    "create a unique index CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX in the next migration",
  "ban-drop-column": "contract: first deploy code that no longer names the column, then drop it and say so in `unsafe`",
  "ban-drop-table": "contract: first deploy code that no longer names the table, then drop it and say so in `unsafe`",
  "ban-truncate-cascade": "delete in batches, from a script rather than a migration",
  "hidden-ddl": "write the statement outside DO: inside it, nothing can check it",
  "moves-schema": "expand: create it in the new schema; deploy code that uses that; contract: drop the old one",
};
