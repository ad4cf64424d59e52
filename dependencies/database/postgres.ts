import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../free-port";
import { ending } from "../server";
import { postgresPrograms } from "./postgres-programs";

export interface PostgresOptions {
  /** Folder of the data; created when missing. A restart on the same folder finds its data again. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
  /** Whether a commit waits for the disk. Without, a crash of the machine loses data; a crash of the server does not. @default true */
  readonly durable?: boolean;
  /** Further server settings, by their name in postgresql.conf. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
  /** Receives each line of the server's log. @default none */
  readonly log?: (line: string) => void;
}

export interface PostgresServer {
  readonly port: number;
  readonly pid: number;
  /** Resolves, with how it ended, when the process is gone. */
  readonly exited: Promise<string>;
  /** postgres://user:password@127.0.0.1:port/database; the user defaults to the superuser. */
  url(database: string, user?: string): string;
  /** Fast shutdown: ends sessions, writes a checkpoint. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine's crash would: the next start recovers from the log. */
  kill(): Promise<void>;
}

export const superuser = "postgres";

/** Password of the superuser, and of any role given one here: the server listens on 127.0.0.1 alone. */
export const localPassword = "local";

/** Milliseconds a predecessor on the same folder may take to end. */
const patience = 10_000;

/**
 * Starts a real PostgreSQL on 127.0.0.1 and resolves when it accepts connections; a new folder is initialised first.
 * The server ends with this process, however this process ends. Throws with the server's own words when it does not
 * start, for instance because the port is taken or another server runs on the folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const folder = resolve(options.folder);
  const run = postgresPrograms(folder);
  if (!existsSync(join(folder, "PG_VERSION"))) await initialise(folder, run);
  const deadline = Date.now() + patience;
  for (;;) {
    const port = options.port ?? (await freePort());
    const server = run("postgres", serverArguments(folder, port, options));
    const refusal = await ready(server, options.log);
    if (refusal === undefined) return handle(server, port);
    // A predecessor killed a moment ago is there until its last child ends, and a port free a moment ago may be taken.
    const predecessor = /pre-existing shared memory block|"postmaster.pid" already exists/.test(refusal);
    const portTaken = options.port === undefined && refusal.includes("could not bind");
    if (!(predecessor || portTaken) || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start on port ${port} in ${folder}: ${refusal}`);
    }
    if (predecessor) {
      removeStalePidFile(folder);
      await setTimeout(50);
    }
  }
}

type Run = ReturnType<typeof postgresPrograms>;

async function initialise(folder: string, run: Run): Promise<void> {
  const passwordFile = join(tmpdir(), `postgres-${process.pid}-${Date.now()}.password`);
  writeFileSync(passwordFile, localPassword);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--auth=scram-sha-256", `--username=${superuser}`, `--pwfile=${passwordFile}`];
  const initdb = run("initdb", ["-D", folder, "--no-sync", ...locale, ...access]);
  try {
    const refusal = await ready(initdb);
    if (initdb.exitCode !== 0) throw new Error(`PostgreSQL could not initialise ${folder}: ${refusal}`);
  } finally {
    rmSync(passwordFile);
  }
}

function serverArguments(folder: string, port: number, { durable = true, settings }: PostgresOptions): string[] {
  const configuration = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "200",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
    ...settings,
  };
  const assignments = Object.entries(configuration).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", folder, "-p", String(port), ...assignments];
}

/** Resolves with nothing once the server accepts connections, with its last words when it ends before that. */
function ready(server: ChildProcess, log?: (line: string) => void): Promise<string | undefined> {
  const last: string[] = [];
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.once("close", () => resolve(last.join(" | ")));
    if (server.stderr === null) return reject(new Error("PostgreSQL's log is not a pipe"));
    // Read to the end, ready or not: a full pipe would stop the server.
    createInterface(server.stderr).on("line", (line) => {
      log?.(line);
      last.splice(0, last.length - 4);
      last.push(line);
      if (line.includes("database system is ready to accept connections")) resolve(undefined);
    });
  });
}

/** The server ends a pid file's life itself, unless the number belongs to some other program by now. */
function removeStalePidFile(folder: string): void {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return;
  const [pid = ""] = readFileSync(file, "utf8").split("\n");
  try {
    if (execFileSync("ps", ["-o", "comm=", "-p", pid], { encoding: "utf8" }).includes("postgres")) return;
  } catch {
    // No such process.
  }
  rmSync(file, { force: true });
}

function handle(server: ChildProcess, port: number): PostgresServer {
  const { pid } = server;
  if (pid === undefined) throw new Error("PostgreSQL has no process id");
  const lifeline = holdLifeline(pid);
  server.once("exit", () => lifeline.kill("SIGKILL"));
  const exited = once(server, "exit").then(([code, signal]) => ending(code, signal));
  const end = (signal: NodeJS.Signals) => async () => {
    server.kill(signal);
    await exited;
  };
  const url = (database: string, user = superuser) =>
    `postgres://${user}:${localPassword}@127.0.0.1:${port}/${database}`;
  return { port, pid, exited, url, stop: end("SIGINT"), kill: end("SIGKILL") };
}

/** A shell that reads a pipe of this process: the pipe closes when this process ends, even by SIGKILL, and it stops the server. */
function holdLifeline(pid: number): ChildProcess {
  return spawn("/bin/sh", ["-c", 'read -r _; kill -INT "$1"', "lifeline", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
}
