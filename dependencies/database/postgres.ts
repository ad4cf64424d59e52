import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../free-port";
import { NotStarted, type Running, type Start, startServer, startWatchdog } from "../server";
import { localPassword, superuser } from "./postgres-passwords";
import { type PostgresPrograms, postgresPrograms } from "./postgres-programs";

export interface PostgresOptions extends Partial<Start> {
  /** Folder of the data; created when missing. A restart on the same folder finds its data again. */
  readonly folder: string;
  /** @default a free one */
  readonly port?: number;
  /** Whether a commit waits for the disk. Without, a crash of the machine loses data; a crash of the server does not. @default true */
  readonly durable?: boolean;
  /** Further server settings, by their name in postgresql.conf. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Its stop is PostgreSQL's fast shutdown: it ends sessions and writes a checkpoint. */
export interface PostgresServer extends Running {
  readonly port: number;
  /** postgres://user:password@127.0.0.1:port/database; the user defaults to the superuser. */
  url(database: string, user?: string): string;
}

/** Milliseconds a predecessor on the same folder may take to end. */
const patience = 10_000;

/**
 * Starts a real PostgreSQL on 127.0.0.1 and resolves when it accepts connections; a new folder is initialised first.
 * The server ends with this process, however this process ends. Throws with the server's own words when it does not
 * start, for instance because the port is taken or another server runs on the folder.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const folder = resolve(options.folder);
  const launch = postgresPrograms(folder);
  if (!existsSync(join(folder, "PG_VERSION"))) await initialise(folder, launch);
  const deadline = Date.now() + patience;
  for (;;) {
    const port = options.port ?? (await freePort());
    try {
      const server = await startServer({
        ...options,
        ...launch("postgres", serverArguments(folder, port, options)),
        port,
        readiness: { line: "database system is ready to accept connections" },
        stopSignal: "SIGINT",
      });
      const watchdog = startWatchdog(["kill", "-INT", String(server.pid)]);
      void server.exited.then(() => watchdog.kill("SIGKILL"));
      return { ...server, port, url: (database, user) => postgresUrl(port, database, user) };
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      // A predecessor killed a moment ago is there until its last child ends, and a port free a moment ago may be taken.
      const predecessor = /pre-existing shared memory block|"postmaster.pid" already exists/.test(error.lastLines);
      const portTaken = options.port === undefined && error.lastLines.includes("could not bind");
      if (!(predecessor || portTaken) || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start on port ${port} in ${folder}: ${error.lastLines}`);
      }
      if (predecessor) {
        removeStalePidFile(folder);
        await setTimeout(50);
      }
    }
  }
}

/** Where a server of this machine is, for a role and a database; the role defaults to the superuser. */
export const postgresUrl = (port: number, database: string, role = superuser) =>
  `postgres://${role}:${localPassword}@127.0.0.1:${port}/${database}`;

async function initialise(folder: string, launch: PostgresPrograms): Promise<void> {
  const passwordFile = join(tmpdir(), `postgres-${process.pid}-${Date.now()}.password`);
  writeFileSync(passwordFile, localPassword);
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["--auth=scram-sha-256", `--username=${superuser}`, `--pwfile=${passwordFile}`];
  const { command, environment, user } = launch("initdb", ["-D", folder, "--no-sync", ...locale, ...access]);
  const [program = "", ...words] = command;
  try {
    await promisify(execFile)(program, words, { env: environment, ...user });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? error.stderr : error;
    throw new Error(`PostgreSQL could not initialise ${folder}: ${said}`, { cause: error });
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

/** The server ends a pid file's life itself, unless the number belongs to some other program by now. */
function removeStalePidFile(folder: string): void {
  const file = join(folder, "postmaster.pid");
  if (!existsSync(file)) return;
  const [pid = ""] = readFileSync(file, "utf8").split("\n");
  if (!programOf(pid).includes("postgres")) rmSync(file, { force: true });
}

/** The name of a process's program; empty when there is no such process. A small Linux has no ps (proc(5)). */
function programOf(pid: string): string {
  try {
    return process.platform === "linux"
      ? readFileSync(`/proc/${pid}/comm`, "utf8")
      : execFileSync("ps", ["-o", "comm=", "-p", pid], { encoding: "utf8" });
  } catch {
    return "";
  }
}
