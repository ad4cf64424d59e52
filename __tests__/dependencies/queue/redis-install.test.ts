import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrInstallRedis } from "../../../dependencies/queue/redis-install";

let folder: string;
/** A shell whose PATH holds what a test puts there, and nothing else. */
let shell: { PATH: string };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "path-"));
  shell = { PATH: folder };
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program on the PATH of this test, and nowhere else: a shell script. */
function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

const installer = () => `printf '#!/bin/sh\\n' > ${folder}/redis-server && /bin/chmod +x ${folder}/redis-server`;

test("a redis-server on the PATH is taken as it is", async () => {
  program("redis-server", "exit 1");
  const said: string[] = [];
  await findOrInstallRedis((line) => said.push(line), shell);
  expect(said).toEqual([]);
});

test("where it can be installed without a question, it is", async () => {
  program("apt-get", `[ "$1" = install ] && ${installer()} || true`);
  program("sh", 'exec /bin/sh "$@"');
  program("sudo", 'shift; exec "$@"');
  const said: string[] = [];
  await findOrInstallRedis((line) => said.push(line), shell);
  expect(said).toEqual(["installing redis-server with apt-get"]);
});

test("where it cannot, one sentence says what to type", async () => {
  program("brew", "exit 1");
  await expect(findOrInstallRedis(() => {}, shell)).rejects.toThrow(
    /^redis-server is not on the PATH: install it with `brew install redis`$/,
  );
});

test("an installation that fails says how to see why", async () => {
  program("apt-get", "exit 100");
  program("sh", 'exec /bin/sh "$@"');
  program("sudo", 'shift; exec "$@"');
  await expect(findOrInstallRedis(() => {}, shell)).rejects.toThrow(
    "redis-server could not be installed: type `apt-get install redis-server` to see why",
  );
});
