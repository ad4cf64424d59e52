import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "rehearse-plans-"));
const project = join(folder, "project");
const temporary = join(folder, "tmp");
afterAll(() => rmSync(folder, { recursive: true }));

const git = (...args: string[]) =>
  execFileSync(
    "git",
    ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", ...args],
    { cwd: project },
  );

// A repository of its own, with this tree as its one commit.
beforeAll(() => {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  for (const file of listed.split("\n").filter((name) => name !== "" && existsSync(name)))
    cpSync(file, join(project, file));
  symlinkSync(resolve("node_modules"), join(project, "node_modules"));
  mkdirSync(temporary);
  git("init", "--quiet");
  writeFileSync(join(project, ".git/info/exclude"), "node_modules\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "base");
});

function review(environment: string, ...args: string[]) {
  return spawnSync(process.execPath, ["ops/run.mjs", "ops/review/command.ts", "--environment", environment, ...args], {
    cwd: project,
    // Without what newer Node keeps there of its own.
    env: { ...process.env, TMPDIR: temporary, NODE_DISABLE_COMPILE_CACHE: "1" },
    encoding: "utf8",
  });
}

test("a change is reviewed against the revision before it, a stack that goes included, and git is left alone", () => {
  const file = join(project, "config/environments/development.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace("backupRetentionDays: 7", "backupRetentionDays: 3"));

  const platform = join(project, "stacks/platform.ts");
  writeFileSync(platform, readFileSync(platform, "utf8").replace(/ {4}new GitlabStack\(.*\);\n/, ""));

  const { status, stdout, stderr } = review("development", "--base", "HEAD", "--json");

  expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
  const { reasons, totals, stacks } = JSON.parse(stdout);
  expect(reasons.map(({ rule }: { rule: string }) => rule)).toEqual(["stack-gone", "retention-shortened"]);
  expect(totals).toEqual({ update: 1 });
  expect(stacks.flatMap(({ changes }: { changes: readonly unknown[] }) => changes)).toMatchObject([
    { stack: "development-database", path: "cluster/cluster", differences: [{ path: "backup_retention_period" }] },
  ]);
  expect(git("status", "--porcelain").toString()).toBe(
    " M config/environments/development.ts\n M stacks/platform.ts\n",
  );
  expect(readdirSync(temporary)).toEqual([]);
}, 180_000);

test("a tree that does not synthesize is one line, and nothing is left behind", () => {
  const { status, stderr } = review("nowhere");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^synthesizing the working tree failed: ENV must be one of development, .*got "nowhere"\n$/);
  expect(readdirSync(temporary)).toEqual([]);
});
