import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { migrationsArtifact } from "../../../ops/build-migrations/artifact";
import { emptyDatabase, type TestDatabase } from "../../database";
import { runBuildspec } from "./run";

let folder: string;
let database: TestDatabase;
let env: { DATABASE_URL: string; NODE_OPTIONS: string };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "buildspec-"));
  writeFileSync(join(folder, "migrations.zip"), await migrationsArtifact());
  execFileSync("unzip", ["-q", "migrations.zip"], { cwd: folder });
  database = await emptyDatabase();
  env = {
    DATABASE_URL: database.adminUrl,
    NODE_OPTIONS: `--require ${resolve("__tests__/ops/build-migrations/only-database.cjs")}`,
  };
});
afterEach(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

test("the job's own buildspec migrates a real database, from the archive alone, with no way out but to the database", () => {
  const { succeeded, output, commands } = runBuildspec(folder, env);
  expect({ succeeded, output: succeeded ? "" : output }).toEqual({ succeeded: true, output: "" });
  expect(commands).toEqual(["node migrate.mjs up", "node migrate.mjs status"]);
  expect(output).toMatch(/^up 20261101000000000_create-roles \d+ ms\n/);
});

test("a second run of the job changes nothing", () => {
  runBuildspec(folder, env);
  expect(runBuildspec(folder, env)).toMatchObject({ succeeded: true, output: expect.not.stringMatching(/^up /m) });
});

test("a migration that fails ends the build with its exit code, and the status is not asked", () => {
  writeFileSync(
    join(folder, "migrations", "29990101000000000_fail.mjs"),
    'export const up = (pgm) => pgm.sql("SELECT 1 / 0"); export const down = () => {};',
  );
  const { exitCode, commands, output } = runBuildspec(folder, env);
  expect(exitCode).toBe(1);
  expect(commands).toEqual(["node migrate.mjs up"]);
  expect(output).toContain("division by zero");
});

test("neither success nor failure prints the password", () => {
  const password = "very-secret-4711";
  const wrong = new URL(env.DATABASE_URL);
  wrong.username = "preferences_app";
  wrong.password = password;
  expect(runBuildspec(folder, { ...env, DATABASE_URL: wrong.href }).output).not.toContain(password);
  const right = new URL(env.DATABASE_URL).password;
  if (right !== "") expect(runBuildspec(folder, env).output).not.toContain(right);
});
