import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { checked } from "../../../dependencies/database/migrate/migration";
import { check } from "../../../ops/migrate-check/check";
import { emptyDatabase, type TestDatabase } from "../../database";

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function write(name: string, up: string, down: string) {
  const source = `
    export const runsAs = "administrator";
    export function up(pgm) { pgm.sql(${JSON.stringify(up)}); }
    export function down(pgm) { pgm.sql(${JSON.stringify(down)}); }`;
  await writeFile(join(folder, `${name}.ts`), source);
}

const faults = (path = relative(process.cwd(), folder)) =>
  check({
    folder: path,
    emptyDatabase: async () => ({ connectionString: database.adminUrl }),
    load: async (file) => checked(file, await import(file)),
  });

test("the migrations of this project are safe", async () => {
  expect(await faults("migrations")).toEqual([]);
});

test.each([
  ["a table", "CREATE TABLE app.b (id bigint);", "left over: relation app.b"],
  ["a column", "ALTER TABLE app.a ADD COLUMN c text;", "left over: column app.a.c"],
  [
    "a default",
    "ALTER TABLE app.a ALTER COLUMN id SET DEFAULT 1;",
    "left over: column app.a.id type bigint required t default 1",
  ],
  [
    "a constraint",
    "ALTER TABLE app.a ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;",
    "left over: constraint app.positive",
  ],
  ["a grant", "GRANT SELECT ON app.a TO PUBLIC;", "left over: relation app.a"],
  ["a function", "CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';", "left over: function app.f()"],
  ["a type", "CREATE TYPE app.kind AS ENUM ('x');", "left over: type app.kind"],
  ["a comment", "COMMENT ON TABLE app.a IS 'what it is';", "left over: comment table app.a what it is"],
  ["a policy", "CREATE POLICY own ON app.a USING (true);", "left over: policy"],
])("a down that leaves %s is refused", async (_title, up, message) => {
  await write(
    "20260101000000000_create-a",
    "CREATE SCHEMA app; CREATE TABLE app.a (id bigint PRIMARY KEY);",
    "DROP SCHEMA app CASCADE",
  );
  await write("20260102000000000_extend-a", up, "SELECT 1");
  const [fault] = await faults();
  expect(fault?.file).toBe("20260102000000000_extend-a.ts");
  expect(fault?.message).toMatch(/^down must take back everything up did:/);
  expect(fault?.message).toContain(message);
});

test("a down that takes back too much is refused", async () => {
  await write(
    "20260101000000000_create-a",
    "CREATE SCHEMA app; CREATE TABLE app.a (id bigint);",
    "DROP SCHEMA app CASCADE",
  );
  await write("20260102000000000_create-b", "CREATE TABLE app.b (id bigint);", "DROP TABLE app.a, app.b");
  expect(await faults()).toEqual([
    { file: "20260102000000000_create-b.ts", message: expect.stringContaining("missing: relation app.a") },
  ]);
});

test("a migration that does not run is refused with the database's words", async () => {
  await write("20260101000000000_create-a", "CREATE TABLE nowhere.a (id bigint);", "");
  expect(await faults()).toEqual([
    { file: "20260101000000000_create-a.ts", message: expect.stringContaining('schema "nowhere" does not exist') },
  ]);
});

test("unsafe SQL is refused before anything runs", async () => {
  await write("20260101000000000_drop-a", "DROP TABLE a;", "");
  expect(await faults()).toEqual([
    { file: "20260101000000000_drop-a.ts", message: expect.stringContaining("ban-drop-table") },
  ]);
});

test("a file without down is refused", async () => {
  await writeFile(join(folder, "20260101000000000_create-a.ts"), "export function up() {}");
  expect(await faults()).toEqual([
    {
      file: "20260101000000000_create-a.ts",
      message: "20260101000000000_create-a.ts must export the functions up and down",
    },
  ]);
});
