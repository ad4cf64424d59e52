import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { Failure } from "../runtime/failure";

/** Throws, naming who holds it where that can be seen, when this TCP port of 127.0.0.1 is taken. */
export async function requireFreePort(port: number): Promise<void> {
  const fault = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    const probe = createServer().once("error", resolve);
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(undefined)));
  });
  if (fault === undefined) return;
  if (fault.code === "EACCES")
    throw new Failure(`port ${port} is for root alone: choose one above 1023, make up PORT=8081`);
  if (fault.code !== "EADDRINUSE") throw fault;
  throw new Failure(`port ${port} is taken by ${holder(port)}: stop it, or choose another, make up PORT=${port + 1}`);
}

/** The process that listens on a port, in words. */
function holder(port: number): string {
  const pid = process.platform === "linux" ? listenerByProc(port) : listenerByLsof(port);
  if (pid === undefined) return "a program of another user";
  return `process ${pid} (${commandOf(pid)}${folderOf(pid)})`;
}

function commandOf(pid: number): string {
  const words =
    process.platform === "linux"
      ? readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ")
      : execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  return words.trim().slice(0, 120);
}

/** Reads what the kernel shows, because a small machine has neither lsof nor ss (proc(5)). */
function listenerByProc(port: number): number | undefined {
  const listening = "0A";
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const sockets = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((table) => readFileSync(table, "utf8").split("\n").slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter(([, address, , state]) => address?.endsWith(local) && state === listening)
    .map((row) => `socket:[${row[9]}]`);
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => openFiles(pid).some((file) => sockets.includes(file)));
}

function openFiles(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlinkSync(`/proc/${pid}/fd/${name}`));
  } catch {
    // Another user's, or gone.
    return [];
  }
}

function listenerByLsof(port: number): number | undefined {
  try {
    const pids = execFileSync("lsof", ["-nP", "-t", `-iTCP:${port}`, "-sTCP:LISTEN"], { encoding: "utf8" });
    return Number(pids.split("\n")[0]);
  } catch {
    return undefined;
  }
}

function folderOf(pid: number): string {
  try {
    return `, in ${readlinkSync(`/proc/${pid}/cwd`)}`;
  } catch {
    return "";
  }
}
