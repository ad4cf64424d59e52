import { mkdir } from "node:fs/promises";
import { freePort } from "../free-port";
import { NotStarted, type Running, type Start, startServer } from "../server";

export interface RedisOptions extends Partial<Start> {
  /** Folder of the append-only file; created when missing. A restart on the same folder finds its data again. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
}

/** Its stop leaves everything on disk; its kill loses at most the last second of writes. */
export interface RedisServer extends Running {
  readonly port: number;
  /** redis://127.0.0.1:port */
  readonly url: string;
}

/**
 * The arguments of `redis-server`: append-only, so a restart keeps the queue, and `noeviction`, because a queue whose keys
 * are evicted loses jobs (https://docs.bullmq.io/guide/going-to-production).
 */
function redisArguments(folder: string, port: number): readonly string[] {
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
export async function startRedis({ folder, port: wanted, ...start }: RedisOptions): Promise<RedisServer> {
  await mkdir(folder, { recursive: true });
  const port = wanted ?? (await freePort());
  try {
    const server = await startServer({
      ...start,
      command: ["redis-server", ...redisArguments(folder, port)],
      environment: process.env,
      port,
      readiness: { line: "Ready to accept connections" },
    });
    return { ...server, port, url: `redis://127.0.0.1:${port}` };
  } catch (error) {
    if (error instanceof NotStarted) {
      throw new Error(`redis-server ended before it was ready (${error.message}): ${error.lastLines}`);
    }
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw missing ? new Error("redis-server is not on the PATH: install Redis 6.2 or newer") : error;
  }
}
