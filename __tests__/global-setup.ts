import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { folderVariable, postgresVariable } from "./test-run";

const runs = resolve(".cache/test-runs");
const folder = join(runs, String(process.pid));

/** jest's main process answers here with the URL of PostgreSQL: it outlives the workers that run the tests. */
const server = createServer(async (_request, response) => {
  response.setHeader("connection", "close");
  try {
    postgres ??= startPostgres();
    response.end((await postgres).url);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
let postgres: ReturnType<typeof startPostgres> | undefined;

/** Listens for what tests ask for, and starts nothing else: one unit test waits for no server. */
export default async function startRun(): Promise<void> {
  removeRunsThatWereKilled();
  mkdirSync(folder, { recursive: true });
  process.env[folderVariable] = folder;
  await once(server.listen(0, "127.0.0.1").unref(), "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the run's server has no port");
  process.env[postgresVariable] = `http://127.0.0.1:${address.port}`;
}

export async function endRun(): Promise<void> {
  server.close();
  await postgres?.then(({ stop }) => stop()).catch(() => {});
  postgres = undefined;
  rmSync(folder, { recursive: true, force: true });
}

/** A process of its own, that also a Ctrl-C leaves to end in order: its channel to this process closes. */
async function startPostgres() {
  const child = spawn(process.execPath, ["ops/run.mjs", "__tests__/postgres-server.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: true,
  });
  const ended = once(child, "exit");
  const failed = ended.then(([code]) =>
    Promise.reject(new Error(`__tests__/postgres-server.ts ended with code ${code}`)),
  );
  const [url] = await Promise.race([once(child, "message"), failed]);
  return { url: String(url), stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.connected) child.disconnect();
  await ended;
}

function removeRunsThatWereKilled(): void {
  if (!existsSync(runs)) return;
  for (const pid of readdirSync(runs)) {
    if (!isAlive(Number(pid))) rmSync(join(runs, pid), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
