import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "migrations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(program: string, ...args: string[]): SpawnSyncReturns<string> {
  const place = relative(process.cwd(), folder);
  return spawnSync("node", ["ops/run.mjs", program, "--folder", place, ...args], { encoding: "utf8" });
}

const indexes = `
  export const runsAs = "administrator";
  export function up(pgm) { pgm.sql("CREATE INDEX users_name ON app.users (name);"); }
  export function down(pgm) { pgm.sql("DROP INDEX app.users_name"); }`;

test("an unsafe migration ends the check with 1, the file and the safe way", () => {
  writeFileSync(join(folder, "20260101000000000_index-users.ts"), indexes);
  const { status, stderr } = run("ops/migrate-check/command.ts");
  expect(status).toBe(1);
  expect(stderr).toContain("20260101000000000_index-users.ts: require-concurrent-index-creation: ");
  expect(stderr).toContain("Safe way: call pgm.noTransaction() and write CREATE INDEX CONCURRENTLY IF NOT EXISTS");
});

test("the faults are there as JSON", () => {
  writeFileSync(join(folder, "users.ts"), indexes);
  const { status, stdout } = run("ops/migrate-check/command.ts", "--json");
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toEqual([{ file: "users.ts", message: expect.stringContaining("must be named") }]);
});

test("a new migration is named for now and passes, run on a server of the check's own", () => {
  const roles = "20261101000000000_create-roles.ts";
  copyFileSync(join("migrations", roles), join(folder, roles));
  const { status, stdout } = run("ops/new-migration/command.ts", "create-users");
  expect(status).toBe(0);
  expect(stdout).toMatch(/_create-users\.ts\n$/);
  expect(readdirSync(folder)).toEqual([roles, basename(stdout.trim())]);
  const checked = run("ops/migrate-check/command.ts");
  expect(checked.stderr).toBe("");
  expect(checked.stdout).toMatch(/^migrations are safe/);
});

test.each(["", "users", "../evil"])("a new migration named %p is refused and writes nothing", (name) => {
  expect(run("ops/new-migration/command.ts", name)).toMatchObject({
    status: 1,
    stderr: `a migration is named verb-noun in lower case, such as create-users or index-users-email; got "${name}"\n`,
  });
  expect(readdirSync(folder)).toEqual([]);
});
