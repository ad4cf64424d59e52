import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { Agent } from "undici";
import { freePort } from "../../dependencies/free-port";
import { endOrphans, startOf } from "../../local/orphans";
import { RunningPlatform } from "./running-platform";

let platform: RunningPlatform;
beforeEach(async () => {
  platform = await RunningPlatform.prepare();
});
afterEach(() => platform.end());

const json = async (path: string) => (await fetch(`${platform.url}${path}`)).json();

/** Asks until the answer satisfies; what is waited for is a process, and jest's own limit ends the wait. */
async function eventually<T>(ask: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && satisfies(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The TCP ports that a process listens on, as the kernel has them (proc(5)). */
function listeningPorts(pid: number): readonly number[] {
  const files = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return [];
    }
  });
  const rows = ["tcp", "tcp6"].flatMap((table) => readFileSync(`/proc/net/${table}`, "utf8").split("\n").slice(1));
  return rows.flatMap((row) => {
    const [, address = "", , state, , , , , , inode] = row.trim().split(/\s+/);
    const listens = state === "0A" && files.includes(`socket:[${inode}]`);
    return listens ? [Number.parseInt(address.slice(address.lastIndexOf(":") + 1), 16)] : [];
  });
}

describe("make up", () => {
  test("starts every service and two workers, healthy, and prints where they are", async () => {
    await platform.up();
    const { programs } = await platform.status();
    expect(programs.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      "router running",
      "web running",
      "worker-1 running",
      "worker-2 running",
    ]);
    expect(await json("/health")).toEqual({ healthy: true, services: { web: "up", worker: "up" } });
    expect(platform.lines.join("\n")).toContain(`http://localhost:${platform.port}/console/reference/web`);
  });

  test("has each service listen on a socket that its owner alone can reach, and on no port", async () => {
    await platform.up();
    const { pid, port, socket = "" } = await platform.program("web");
    expect([port, socket]).toEqual([undefined, join(platform.folder, "sockets/web.sock")]);
    expect(statSync(join(platform.folder, "sockets")).mode & 0o777).toBe(0o700);
    const agent = new Agent({ connect: { socketPath: socket } });
    const { body } = await agent.request({ origin: "http://web", path: "/", method: "GET" });
    expect(await body.json()).toEqual({ pid });
    await agent.close();
    expect(listeningPorts(pid ?? 0)).toEqual([]);
    expect(listeningPorts((await platform.program("router")).pid ?? 0)).toEqual([platform.port]);
  });

  test("Ctrl-C answers what is under way, ends every process and frees the folder", async () => {
    const child = await platform.up();
    const ended = once(child, "exit");
    const answer = await fetch(`${platform.url}/web/slow`);
    child.kill("SIGINT");
    expect(await answer.text()).toBe("begun ended");
    expect(await ended).toEqual([0, null]);
    expect(readFileSync(join(platform.folder, "logs/worker-1.log"), "utf8")).toContain("worker drained");
    expect(platform.alive).toEqual([]);
    expect(existsSync(join(platform.folder, "control.sock"))).toBe(false);
  });

  test("make down, from elsewhere, does the same and returns when all is stopped", async () => {
    const child = await platform.up();
    const ended = once(child, "exit");
    await platform.control.stop();
    await ended;
    expect(platform.alive).toEqual([]);
    expect(await platform.control.find()).toBeUndefined();
  });

  test("lets a debugger attach to the service that it is told, and to no other", async () => {
    const port = await freePort();
    await platform.up("web,worker", { INSPECTED: "web", INSPECT_PORT: String(port) });
    const targets = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    expect(targets).toEqual([expect.objectContaining({ type: "node", url: expect.stringMatching(/\/web\.mjs$/) })]);
    const { pid: web = 0 } = await platform.program("web");
    const { pid: worker = 0 } = await platform.program("worker-1");
    expect([listeningPorts(web), listeningPorts(worker)]).toEqual([[port], []]);
    expect(platform.lines.join("\n")).toContain(`web takes a debugger at 127.0.0.1:${port}`);
  });

  test("a second one says that the platform is running and where, and changes nothing", async () => {
    await platform.up();
    const before = await platform.status();
    const second = platform.run("web,worker", 1);
    expect(await once(second, "exit")).toEqual([0, null]);
    expect(platform.lines.at(-1)).toContain(`running already, at http://localhost:${platform.port}`);
    expect((await platform.status()).programs.map(({ pid }) => pid)).toEqual(before.programs.map(({ pid }) => pid));
  });

  test("names the process that holds its port, and starts nothing", async () => {
    const holder = createServer().listen(platform.port, "127.0.0.1");
    await once(holder, "listening");
    const child = platform.run("web");
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(platform.lines.join("\n")).toContain(`port ${platform.port} is taken by process ${process.pid} (`);
    expect(existsSync(join(platform.folder, "processes.json"))).toBe(false);
    holder.close();
  });

  test("makes a secret that its owner alone can read, and keeps it", async () => {
    await platform.up("web");
    const file = join(platform.folder, "secrets.json");
    const made = readFileSync(file, "utf8");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(platform.folder, "control.sock")).mode & 0o077).toBe(0);
    await platform.control.stop();
    await platform.line(/^stopped/);
    await platform.up("web");
    expect(readFileSync(file, "utf8")).toBe(made);
  });
});

describe("a service that ends by itself", () => {
  test("is started again, and ps says how often and why", async () => {
    await platform.up();
    const { pid } = await platform.program("web");
    await fetch(`${platform.url}/web/exit?code=3`).catch(() => undefined);
    const after = await eventually(
      () => platform.program("web"),
      (web) => web.state === "running" && web.pid !== pid,
    );
    expect(after).toMatchObject({ restarts: 1, reason: "exit code 3" });
    expect(await platform.line(/web .*ended \(exit code 3\); starts again in/)).toBeDefined();
  });

  test("is given up after five quick crashes, and the others run on", async () => {
    await platform.up("web,crasher");
    expect(platform.lines.join("\n")).toMatch(/crasher failed: exit code 7/);
    expect(await platform.program("crasher")).toMatchObject({ state: "failed", restarts: 4, reason: "exit code 7" });
    expect(await json("/web/")).toEqual({ pid: (await platform.program("web")).pid });
    const answer = await fetch(`${platform.url}/health`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ healthy: false, services: { web: "up", crasher: "failed" } });
  });
});

describe("a changed source", () => {
  test("restarts the service that it touches, and no other", async () => {
    await platform.up();
    const before = await platform.status();
    writeFileSync(join(platform.sources, "greeting.ts"), 'export const greeting = "good day";\n');
    const greeting = () => fetch(`${platform.url}/web/greeting`).then((answer) => answer.text());
    await eventually(greeting, (text) => text === "good day");
    const others = ({ programs }: typeof before) =>
      programs.filter(({ name }) => name !== "web").map(({ name, pid }) => `${name} ${pid}`);
    expect(others(await platform.status())).toEqual(others(before));
    expect(await platform.program("web")).toMatchObject({ restarts: 0 });
  });

  test("that does not build is reported with its line, and the old code runs on until it is mended", async () => {
    await platform.up("web");
    const file = join(platform.sources, "web/main.ts");
    const sound = readFileSync(file, "utf8");
    const { pid } = await platform.program("web");
    writeFileSync(file, `${sound}\nconst = 1;\n`);
    await platform.line(/does not build, the old code runs on/);
    await platform.line(/web\/main\.ts:\d+:\d+/);
    expect(await platform.program("web")).toMatchObject({ state: "running", pid });
    writeFileSync(file, sound.replace('"begun"', '"mended"'));
    await eventually(
      () => platform.program("web"),
      (web) => web.state === "running" && web.pid !== pid,
    );
    expect(await (await fetch(`${platform.url}/web/slow`)).text()).toBe("mended ended");
  });
});

describe("make scale", () => {
  test("starts and drains workers while the platform runs", async () => {
    await platform.up();
    const workers = async () =>
      (await platform.status()).programs.flatMap(({ name, kind }) => (kind === "worker" ? [name] : []));
    await platform.control.scale(4);
    expect(await workers()).toEqual(["worker-1", "worker-2", "worker-3", "worker-4"]);
    await platform.control.scale(1);
    expect(await workers()).toEqual(["worker-1"]);
    expect(readFileSync(join(platform.folder, "logs/worker-4.log"), "utf8")).toContain("worker drained");
    await platform.control.scale(0);
    expect(await json("/health")).toMatchObject({ healthy: false, services: { worker: "down" } });
  });

  test("refuses a number that is none", async () => {
    await platform.up("web");
    await expect(platform.control.scale(-1)).rejects.toThrow("WORKERS must be a whole number from 0 to 64, got -1");
  });
});

describe("make logs", () => {
  test("follows one service, and ends when the platform stops", async () => {
    await platform.up();
    const followed: string[] = [];
    const lines = platform.control.logs("worker");
    const following = (async () => {
      for await (const { name, text } of lines) followed.push(`${name}: ${text}`);
    })();
    // The first answer to this comes after the follower is in place: both go through the one server in turn.
    await platform.status();
    await platform.control.stop();
    await following;
    expect(followed.sort()).toEqual(["worker-1: worker drained", "worker-2: worker drained"]);
  });
});

describe("a supervisor that is killed", () => {
  test("takes everything with it, and the next make up starts as if nothing had been", async () => {
    const child = await platform.up();
    const before = platform.alive;
    expect(before.length).toBeGreaterThan(4);
    child.kill("SIGKILL");
    await once(child, "exit");
    await platform.up();
    expect(before.filter((pid) => platform.alive.includes(pid))).toEqual([]);
    expect(await json("/health")).toMatchObject({ healthy: true });
  });

  test("and whose watchdog was killed too leaves processes that the next make up ends, and says so", async () => {
    const left = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const ended = once(left, "exit");
    const mark = { name: "web", pid: left.pid, started: startOf(left.pid ?? 0) };
    const gone = { name: "supervisor", pid: 999_999_999, started: "0" };
    mkdirSync(platform.folder, { recursive: true });
    writeFileSync(join(platform.folder, "processes.json"), JSON.stringify({ supervisor: gone, processes: [mark] }));
    await platform.up("web");
    expect(await ended).toEqual([null, "SIGTERM"]);
    expect(platform.lines).toContain("ended orphan processes of a killed run: web");
  });

  test("leaves nothing even when nobody comes after it", async () => {
    const child = await platform.up();
    child.kill("SIGKILL");
    await once(child, "exit");
    await eventually(
      async () => platform.alive,
      (alive) => alive.length === 0,
    );
    expect(await endOrphans(platform.folder)).toEqual([]);
  });
});
