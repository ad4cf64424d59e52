import { join } from "node:path";
import { startPostgres } from "../dependencies/database/postgres";
import { startRedis } from "../dependencies/queue/redis";
import type { Program } from "./supervisor/program";

/** PostgreSQL and Redis as programs that are kept running, on fixed ports, with their data under `folder`. */
export const postgresProgram = (folder: string, port: number): Program => ({
  name: "postgres",
  group: "postgres",
  kind: "dependency",
  start: async ({ log, spawned }) => {
    const server = await startPostgres({ folder: join(folder, "postgres"), port, log });
    spawned(server.pid);
    return server;
  },
});

export const redisProgram = (folder: string, port: number): Program => ({
  name: "redis",
  group: "redis",
  kind: "dependency",
  start: async ({ log, spawned }) => {
    const server = await startRedis({ folder: join(folder, "redis"), port, log });
    spawned(server.pid);
    return server;
  },
});
