import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "path-"));
  const bash = execFileSync("which", ["bash"], { encoding: "utf8" }).trim();
  symlinkSync(bash, join(path, "bash"));
  program("uname", "echo Linux");
});
afterEach(() => rmSync(path, { recursive: true }));

function program(name: string, script = ""): void {
  writeFileSync(join(path, name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(path, name), 0o755);
}
const install = (...names: readonly string[]) =>
  spawnSync("bash", [resolve("ops/system-packages.sh"), ...names], {
    encoding: "utf8",
    env: { PATH: path, POSTGRESQL_FOLDER: path },
  });
/** PostgreSQL's library, as Debian places it. */
function pgaudit(): void {
  mkdirSync(join(path, "15/lib"), { recursive: true });
  writeFileSync(join(path, "15/lib/pgaudit.so"), "");
}
const others = ["rsync", "unzip", "buildah", "skopeo", "mmdebstrap", "docker-registry"];

test("a user who may not install packages is told the exact line to type", () => {
  for (const name of [...others, "git", "apt-get"]) program(name);
  program("id", "echo 1000");
  expect(install()).toMatchObject({
    status: 1,
    stderr:
      "redis-server chromium pgaudit must be installed; on Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server chromium \\^postgresql-\\[0-9\\]+-pgaudit\\$\n",
  });
});

test("root on Debian gets what is missing installed, and nothing else", () => {
  for (const name of [...others, "git", "chromium"]) program(name);
  pgaudit();
  program("id", "echo 0");
  program("apt-get", `echo "$*" >> ${path}/asked`);
  expect(install()).toMatchObject({ status: 0, stderr: "installing redis-server\n" });
  expect(readFileSync(join(path, "asked"), "utf8")).toBe(
    "update -qq\ninstall -y --no-install-recommends redis-server -qq\n",
  );
});

test("a library of PostgreSQL's is asked for by a pattern, whatever version Debian has", () => {
  program("id", "echo 0");
  program("apt-get", `printf '%s\\n' "$@" >> ${path}/asked`);
  expect(install("pgaudit")).toMatchObject({ status: 0, stderr: "installing pgaudit\n" });
  expect(readFileSync(join(path, "asked"), "utf8")).toContain("\n^postgresql-[0-9]+-pgaudit$\n");
});

test("what is named is installed alone", () => {
  program("id", "echo 0");
  program("apt-get", `echo "$*" >> ${path}/asked`);
  expect(install("skopeo", "git")).toMatchObject({ status: 0, stderr: "installing skopeo git\n" });
});

test("on macOS Homebrew has each program that Debian has, or it is said to run on Linux alone", () => {
  program("uname", "echo Darwin");
  const [, list = ""] = /^all=\((.*)\)$/m.exec(readFileSync("ops/system-packages.sh", "utf8")) ?? [];
  const { status, stderr } = install();
  expect(status).toBe(1);
  // Homebrew's own names: https://formulae.brew.sh
  expect(stderr).toContain(": brew install redis rsync unzip chromium git skopeo\n");
  expect(stderr).toMatch(/^buildah mmdebstrap docker-registry pgaudit: on Linux alone;/);
  const linuxAlone = ["buildah", "mmdebstrap", "docker-registry", "pgaudit"];
  const ofHomebrew = ["redis-server", "rsync", "unzip", "chromium", "git", "skopeo"];
  expect(list.split(" ").sort()).toEqual([...linuxAlone, ...ofHomebrew].sort());
});

test("on macOS what runs on Linux alone keeps no other test from running", () => {
  for (const name of ["redis-server", "rsync", "unzip", "chromium", "git", "skopeo"]) program(name);
  program("uname", "echo Darwin");
  expect(install()).toMatchObject({ status: 0, stderr: expect.stringContaining("on Linux alone") });
  expect(install("buildah")).toMatchObject({ status: 1, stderr: expect.stringMatching(/^buildah: on Linux alone/) });
});

test("CI, GitLab and the README run the same test command", () => {
  expect(readFileSync(".ci/run", "utf8")).toMatch(/^make test /m);
  expect(readFileSync(".gitlab-ci.yml", "utf8")).toMatch(/script: \[make test /);
  expect(readFileSync("README.md", "utf8")).toMatch(/^make test /m);
});
