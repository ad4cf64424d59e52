import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clean-root-"));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "roots"));
  program("uname", "echo Linux");
  program("id", "echo 0");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stands in for a program of the machine: nothing is mounted or installed here. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, "bin", name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(folder, "bin", name), 0o755);
}
const environment = () => ({
  PATH: [join(folder, "bin"), process.env.PATH].join(delimiter),
  FOLDER: join(folder, "roots"),
});
const script = resolve("ops/clean-root.sh");
const run = (...words: readonly string[]) =>
  spawnSync("bash", [script, ...words], { encoding: "utf8", env: environment() });

test("its help names every variable, and a word that it does not know is refused with it", () => {
  const { status, stdout } = run("--help");
  expect(status).toBe(0);
  for (const name of ["ONLY", "LEND", "PORT", "SUITE", "FOLDER"]) expect(stdout).toContain(`  ${name}=`);
  expect(run("--halp")).toMatchObject({ status: 1, stderr: stdout });
});

test("another system, and a user who is not root, are told why it does not work", () => {
  program("id", "echo 1000");
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining("sudo ops/clean-root.sh") });
  program("uname", "echo Darwin");
  expect(run()).toMatchObject({ status: 1, stderr: "a root of Debian runs on Linux alone, this is Darwin\n" });
});

test("an end by a signal leaves neither the root nor a process", async () => {
  program("unshare", 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
  program("mmdebstrap", `: > ${folder}/roots/clean-root-*/file; echo begun; exec sleep 1000`);
  program("apt-config", "");
  const child = spawn("bash", [script], { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
  let said = "";
  await new Promise<void>((begun) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.includes("begun\n")) begun();
    });
  });
  expect(readdirSync(join(folder, "roots"))).toHaveLength(1);
  child.kill("SIGTERM");
  // It comes once nobody holds the output any more: a process that was left would.
  expect(await once(child, "close")).toEqual([143, null]);
  expect(readdirSync(join(folder, "roots"))).toEqual([]);
});
