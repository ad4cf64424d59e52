import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { verify } from "@node-rs/argon2";
import { withClient } from "../../../dependencies/database/client";
import { migrationsArtifact } from "../../../ops/build-migrations/artifact";
import { smokeUserOf, withSmokeUser } from "../../../ops/smoke-user/credentials";
import { SmokeUser } from "../../../ops/smoke-user/smoke-user";
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
  expect(commands).toEqual([
    "node migrate.mjs up",
    "node migrate.mjs status",
    "node smoke-user.mjs",
    "node operator-password.mjs",
  ]);
  expect(output).toMatch(/^up 20261101000000000_create-roles \d+ ms\n/);
});

test("the smoke test's user of the archive logs in by its password, however often the job runs, and comes by no other way", async () => {
  const users = async () => {
    const query = "SELECT username, password_hash, can_transact FROM loyalty.users";
    return (await withClient({ connectionString: database.adminUrl }, (client) => client.query(query))).rows;
  };
  expect(runBuildspec(folder, env)).toMatchObject({ succeeded: true, output: expect.stringMatching(/named$/m) });
  expect(await users()).toEqual([]);
  for (const password of ["the first of the passwords", "another that nobody types"]) {
    const user = await smokeUserOf({ SMOKE_TEST_USERNAME: "smoke", SMOKE_TEST_PASSWORD: password });
    writeFileSync(
      join(folder, "again.zip"),
      withSmokeUser(readFileSync(join(folder, "migrations.zip")), SmokeUser.parse(user)),
    );
    execFileSync("unzip", ["-qo", "again.zip"], { cwd: folder });
    const { succeeded, output } = runBuildspec(folder, env);
    expect(succeeded).toBe(true);
    expect(output).toMatch(/^smoke may log in and transact$/m);
    expect(output).not.toContain("argon2");
    const [found, ...others] = await users();
    expect([found?.username, found?.can_transact, others]).toEqual(["smoke", true, []]);
    expect(await verify(String(found?.password_hash), password)).toBe(true);
  }
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
