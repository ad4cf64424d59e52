import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { freePort } from "../free-port";
import { ending } from "../server";

export interface RedisOptions {
  /** Folder of the append-only file; created when missing. A restart on the same folder finds its data again. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
  /** Receives each line of the server's log. @default none */
  readonly log?: (line: string) => void;
}

export interface RedisServer {
  /** redis://127.0.0.1:port */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves, with how it ended, when the process is gone. */
  readonly exited: Promise<string>;
  /** Shuts down with everything on disk. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine's crash would: at most the last second of writes is lost. */
  kill(): Promise<void>;
}

/**
 * The arguments of `redis-server`: append-only, so a restart keeps the queue, and `noeviction`, because a queue whose keys
 * are evicted loses jobs (https://docs.bullmq.io/guide/going-to-production).
 */
export function redisArguments({
  folder,
  port,
}: {
  readonly folder: string;
  readonly port: number;
}): readonly string[] {
  const settings = {
    bind: "127.0.0.1",
    port: String(port),
    dir: folder,
    appendonly: "yes",
    appendfsync: "everysec",
    save: "",
    "maxmemory-policy": "noeviction",
    daemonize: "no",
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Starts the `redis-server` of the PATH on 127.0.0.1 and resolves when it accepts connections.
 * Throws when there is none on the PATH, or with the server's own last lines when it exits before it is ready.
 */
export async function startRedis({ folder, port: wanted, log }: RedisOptions): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const port = wanted ?? (await freePort());
  const server = spawn("redis-server", redisArguments({ folder, port }), {
    stdio: ["ignore", "pipe", "inherit"],
    // A session of its own: Ctrl+C in the terminal reaches this process alone, which then stops the server in order.
    detached: true,
  });
  await ready(server, log);
  const { pid } = server;
  if (pid === undefined) throw new Error("redis-server has no process id");
  const exited = once(server, "exit").then(([code, signal]) => ending(code, signal));
  const end = (signal: NodeJS.Signals) => async () => {
    server.kill(signal);
    await exited;
  };
  return { url: `redis://127.0.0.1:${port}`, port, pid, exited, stop: end("SIGTERM"), kill: end("SIGKILL") };
}

function ready(
  server: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  log?: (line: string) => void,
): Promise<void> {
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT" ? new Error("redis-server is not on the PATH: install Redis 6.2 or newer") : error,
      ),
    );
    server.once("exit", (code, signal) =>
      reject(new Error(`redis-server ended before it was ready (${signal ?? code}): ${last.join(" | ")}`)),
    );
    // Read to the end, ready or not: a full pipe would stop the server.
    createInterface(server.stdout).on("line", (line) => {
      log?.(line);
      last.splice(0, last.length - 4);
      last.push(line);
      if (line.includes("Ready to accept connections")) resolve();
    });
  });
}
