import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { services } from "../../config/services";
import { freePort } from "../../dependencies/free-port";
import type { PlatformStatus } from "../../local/control-server";
import { startOf } from "../../local/orphans";

/** A user with no rights anywhere: Debian's and macOS's `nobody` differ, so by number. */
const ordinary = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;
const users = [
  ["the user of this test", undefined] as const,
  ...(isRoot ? [["an ordinary user", ordinary] as const] : []),
];

/** A clone of the project: another folder, which belongs to the user. */
function clone(user: { uid: number; gid: number } | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  for (const name of [
    "config",
    "contracts",
    "packages",
    "dependencies",
    "lambda",
    "local",
    "migrations",
    "ops",
    "runtime",
    "worker",
    "package.json",
  ]) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, ".cache"));
  if (user) spawnSync("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
  return folder;
}

describe.each(users)("the platform of the table, as %s", (_, user) => {
  let folder: string;
  let port: number;
  beforeAll(async () => {
    folder = clone(user);
    port = await freePort();
  });
  afterAll(async () => {
    await cli("down");
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (words: readonly string[], shell: Readonly<Record<string, string>> = {}) =>
    spawn(process.execPath, ["ops/run.mjs", "local/cli.ts", ...words], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, NO_COLOR: "1", ...shell },
      stdio: ["ignore", "pipe", "pipe"],
      ...user,
    });
  const cli = async (...words: string[]) => {
    const child = start(words);
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
    return { out, error, code };
  };
  const status = async (): Promise<PlatformStatus> => JSON.parse((await cli("ps", "--json")).out);

  /** `make up`, up. */
  async function up(shell?: Readonly<Record<string, string>>) {
    const child = start(["up", "--port", String(port)], shell);
    const ended = once(child, "exit");
    const lines: string[] = [];
    child.stderr.on("data", (chunk) => lines.push(String(chunk)));
    await new Promise<void>((done, fail) => {
      createInterface(child.stdout).on("line", (line) => {
        lines.push(line);
        if (line.includes("The platform is up")) done();
      });
      child.once("exit", (code) => fail(new Error(`make up ended with ${code}:\n${lines.join("\n")}`)));
    });
    return { child, ended, lines };
  }
  const call = (path: string, fields: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", body: new URLSearchParams(fields) });
  async function pay(): Promise<number> {
    const answer = await call("/authentication/token", { username: "alice", password: "password" });
    const { token }: { token: string } = JSON.parse(await answer.text());
    return (await call("/transactions", { token, amount: "2000", currency: "GBP" })).status;
  }

  test("starts everything, takes a transaction, and after make down leaves no process and no lock", async () => {
    const { ended, lines } = await up();
    const { pid, programs } = await status();
    const expected = services.flatMap(({ kind, name }) => (kind === "worker" ? [`${name}-1`, `${name}-2`] : [name]));
    expect(programs.filter(({ state }) => state !== "running")).toEqual([]);
    expect(programs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["postgres", "redis", "s3", "resolver", "router", ...expected]),
    );
    expect(await pay()).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/preferences/users`)).status).toBe(200);
    expect(lines.join("\n")).toContain(
      "preferences is open to everybody on this machine; to close it: make up CALLERS_ISSUER=",
    );

    expect((await cli("down")).out).toBe("stopped\n");
    expect(await ended).toEqual([0, null]);
    const pids = [pid, ...programs.flatMap((program) => program.pid ?? [])];
    expect(pids.filter((left) => startOf(left) !== undefined)).toEqual([]);
    expect(await cli("ps")).toMatchObject({ code: 1, error: expect.stringContaining("not running here") });
  });

  test("keeps its data over down and up, and loses it by make reset, which asks first", async () => {
    const first = await up();
    const balance = async () => {
      const answer = await call("/authentication/token", { username: "alice", password: "password" });
      const { token }: { token: string } = JSON.parse(await answer.text());
      const headers = { authorization: `Bearer ${token}` };
      const { transactions }: { transactions: unknown[] } = JSON.parse(
        await (await fetch(`http://127.0.0.1:${port}/transactions/balance`, { headers })).text(),
      );
      return transactions.length;
    };
    expect(await balance()).toBe(1);

    expect((await cli("reset")).out).toMatch(/delete .*\? \[y\/N\] nothing was deleted/);
    expect(await balance()).toBe(1);
    expect((await cli("reset", "--force")).out).toContain("deleted");
    expect(await first.ended).toEqual([0, null]);

    const issuer = "http://localhost:9";
    const second = await up({ CALLERS_ISSUER: issuer, CALLERS_AUDIENCE: "https://api.example.com" });
    expect(await balance()).toBe(0);
    expect((await fetch(`http://127.0.0.1:${port}/preferences/users`)).status).toBe(401);
    expect(second.lines.join("\n")).toContain(`preferences asks for tokens of ${issuer}`);
    await cli("down");
    await second.ended;
  });
});
