import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { migrate } from "../../dependencies/database/migrate/migrate";
import { checked } from "../../dependencies/database/migrate/migration";
import { emptyDatabase, type TestDatabase } from "../database";

let database: TestDatabase;
let folder: string;
let observer: Client;

beforeEach(async () => {
  database = await emptyDatabase();
  folder = await mkdtemp(join(tmpdir(), "migrations-"));
  observer = new Client({ connectionString: database.adminUrl });
  await observer.connect();
});
afterEach(async () => {
  await observer.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Writes a migration of the given SQL, run as the one who connects. */
async function write(name: string, up: string, down = "", options = "") {
  const source = `
    export const runsAs = "administrator";
    export function up(pgm) { ${options} pgm.sql(${JSON.stringify(up)}); }
    export function down(pgm) { pgm.sql(${JSON.stringify(down)}); }`;
  await writeFile(join(folder, `${name}.ts`), source);
}

/** Starts the program as a person does; `ended` has its exit code and what it said. */
function start(...args: string[]) {
  const program = spawn("node", ["ops/run.mjs", "ops/migrate/command.ts", "--folder", folder, ...args], {
    env: { ...process.env, DATABASE_URL: database.adminUrl },
  });
  let output = "";
  for (const stream of [program.stdout, program.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const ended = once(program, "close").then(([code]) => ({ code, output }));
  /** Resolves when it has said this; throws what it said instead when it ends first. */
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve();
      program.stdout.on("data", look);
      look();
      ended.then(() => reject(new Error(`it ended without saying "${text}": ${output}`)));
    });
  return { program, ended, says };
}

/** Asks the server again and again whether a runner's statement sleeps. */
async function untilAsleep() {
  for (;;) {
    const { rowCount } = await observer.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'",
    );
    if (rowCount === 1) return;
  }
}

const names = async () =>
  (await observer.query("SELECT name FROM pgmigrations ORDER BY id")).rows.map(({ name }) => name);
test("up runs what the database lacks, once, and down takes it back", async () => {
  await write("20260101000000000_create-first", "CREATE TABLE first (id int)", "DROP TABLE first");
  await write("20260102000000000_create-second", "CREATE TABLE second (id int)", "DROP TABLE second");
  const up = await start("up").ended;
  expect(up).toMatchObject({ code: 0, output: expect.stringMatching(/up 20260101000000000_create-first \d+ ms/) });
  expect(await start("up").ended).toEqual({ code: 0, output: "nothing to do\n" });
  expect(await start("down").ended).toMatchObject({ code: 0 });
  expect(await names()).toEqual(["20260101000000000_create-first"]);
});

test("a migration that fails exits with 1, says why, and leaves the database as it was", async () => {
  await write("20260101000000000_create-first", "CREATE TABLE first (id int); SELECT 1 / 0");
  const { code, output } = await start("up").ended;
  expect(code).toBe(1);
  expect(output).toContain("up 20260101000000000_create-first failed and changed nothing: division by zero");
  expect((await observer.query("SELECT to_regclass('first') AS t")).rows).toEqual([{ t: null }]);
  expect(await names()).toEqual([]);
});

test("of two runners at once one works, the other waits and finds nothing to do", async () => {
  // The first is held in its migration until the second waits.
  await observer.query("CREATE TABLE held (id int)");
  await observer.query("BEGIN; LOCK TABLE held");
  await write("20260101000000000_extend-held", "ALTER TABLE held ADD COLUMN note text");
  // An index built concurrently waits for every older snapshot: a runner that waited inside a statement would be one.
  await write(
    "20260102000000000_index-held",
    "CREATE INDEX CONCURRENTLY ON held (id)",
    "DROP INDEX held_id_idx",
    "pgm.noTransaction();",
  );
  const first = start("up");
  await first.says("up 20260101000000000_extend-held: a lock was not free");
  const second = start("up");
  await second.says("another runner migrates this database");
  await observer.query("COMMIT");
  expect(await first.ended).toMatchObject({ code: 0, output: expect.stringContaining("2 done") });
  expect(await second.ended).toEqual({
    code: 0,
    output: "another runner migrates this database: waiting for it\nnothing to do\n",
  });
});

test("a runner gives up on another that never ends", async () => {
  await observer.query("SELECT pg_advisory_lock(7241865325823964)");
  const waiting = migrate({
    database: { connectionString: database.adminUrl },
    folder,
    direction: "up",
    waitForRunner: 1,
    report: () => {},
  });
  await expect(waiting).rejects.toThrow("another runner still migrates this database after 0 s");
});

test("after a runner is killed in mid-statement, the next one succeeds", async () => {
  await write("20260101000000000_create-first", "CREATE TABLE first (id int)", "DROP TABLE first");
  await write("20260102000000000_create-second", "CREATE TABLE second AS SELECT 1 AS id FROM pg_sleep(600)");
  const killed = start("up");
  await killed.says("up 20260101000000000_create-first");
  // Its statement is on the server before the process is gone.
  await Promise.race([untilAsleep(), killed.ended.then(({ output }) => Promise.reject(new Error(output)))]);
  killed.program.kill("SIGKILL");
  await killed.ended;
  await write("20260102000000000_create-second", "CREATE TABLE second (id int)");
  const next = await start("up").ended;
  expect(next).toMatchObject({ code: 0, output: expect.stringContaining("1 done") });
  expect(await names()).toEqual(["20260101000000000_create-first", "20260102000000000_create-second"]);
});

test("a statement that finds its table locked is given up and tried again until it passes", async () => {
  await observer.query("CREATE TABLE busy (id int)");
  await write("20260101000000000_extend-busy", "ALTER TABLE busy ADD COLUMN note text");
  await observer.query("BEGIN; LOCK TABLE busy IN ACCESS SHARE MODE");
  const lines: string[] = [];
  await migrate({
    database: { connectionString: database.adminUrl },
    folder,
    direction: "up",
    lockTimeout: 50,
    load: async (path) => checked(path, await import(path)),
    report: (line) => {
      lines.push(line);
      if (lines.length === 2) observer.query("COMMIT");
    },
  });
  expect(lines[0]).toMatch(/^up 20260101000000000_extend-busy: a lock was not free, attempt 2 of 30 in \d+ ms$/);
  expect(await names()).toEqual(["20260101000000000_extend-busy"]);
});

test("a table that stays locked ends the run after the last attempt", async () => {
  await observer.query("CREATE TABLE busy (id int)");
  await observer.query("BEGIN; LOCK TABLE busy IN ACCESS SHARE MODE");
  await write("20260101000000000_extend-busy", "ALTER TABLE busy ADD COLUMN note text");
  const blocked = migrate({
    database: { connectionString: database.adminUrl },
    folder,
    direction: "up",
    lockTimeout: 10,
    attempts: 2,
    load: async (path) => checked(path, await import(path)),
    report: () => {},
  });
  await expect(blocked).rejects.toThrow(
    "up 20260101000000000_extend-busy failed and changed nothing: canceling statement due to lock timeout",
  );
  await observer.query("ROLLBACK");
});

test("status lists what ran and what waits, and changes nothing", async () => {
  await write("20260101000000000_create-first", "CREATE TABLE first (id int)");
  await start("up").ended;
  await write("20260102000000000_create-second", "CREATE TABLE second (id int)");
  const { output } = await start("status", "--json").ended;
  expect(JSON.parse(output)).toEqual([
    { name: "20260101000000000_create-first", ranAt: expect.any(String) },
    { name: "20260102000000000_create-second" },
  ]);
  expect(await names()).toHaveLength(1);
});

test("a migration that precedes one already run is refused", async () => {
  await write("20260102000000000_create-second", "CREATE TABLE second (id int)");
  await start("up").ended;
  await write("20260101000000000_create-first", "CREATE TABLE first (id int)");
  const { code, output } = await start("up").ended;
  expect(code).toBe(1);
  expect(output).toContain("create-first is preceding already run migration 20260102000000000_create-second");
});

test.each([
  ["a wrong password", (url: URL) => Object.assign(url, { password: "wrong" }), "does not let this user in"],
  ["a database that does not exist", (url: URL) => Object.assign(url, { pathname: "/none" }), "has no such database"],
  ["a port nothing listens on", (url: URL) => Object.assign(url, { port: "1" }), "nothing listens at 127.0.0.1:1"],
  ["an address that is none", () => "postgres//", "DATABASE_URL is invalid"],
  ["no address", () => "", "DATABASE_URL=postgres://user:password@host:5432/platform; or DATABASE_HOST"],
])("%s is told in a sentence, without a stack or the password", async (_title, change, sentence) => {
  const url = String(change(new URL(database.adminUrl)));
  const program = spawn("node", ["ops/run.mjs", "ops/migrate/command.ts", "up"], {
    env: { ...process.env, DATABASE_URL: url },
  });
  let output = "";
  program.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(program, "close");
  expect(code).toBe(1);
  expect(output).toContain(sentence);
  expect(output).not.toMatch(/^ +at |:wrong@/m);
});
