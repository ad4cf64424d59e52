import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { serverVariable } from "./database";

let server: ChildProcess | undefined;

/** Starts the run's PostgreSQL in a process of its own: jest loads this file without the transforms that its tests get. */
export default async function startServer(): Promise<void> {
  server = spawn(process.execPath, ["ops/run.mjs", "__tests__/postgres-server.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const failed = once(server, "exit").then(([code]) => {
    throw new Error(`__tests__/postgres-server.ts ended with code ${code}`);
  });
  const [url] = await Promise.race([once(server, "message"), failed]);
  failed.catch(() => {});
  process.env[serverVariable] = String(url);
}

export async function stopServer(): Promise<void> {
  if (server === undefined || server.exitCode !== null) return;
  const exit = once(server, "exit");
  server.disconnect();
  await exit;
}
