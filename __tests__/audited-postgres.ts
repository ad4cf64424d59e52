import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../dependencies/free-port";
import { startServer } from "../dependencies/server";

export interface AuditedServer {
  readonly url: string;
  /** What it wrote so far, a line each. */
  readonly lines: readonly string[];
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

const installed = "/usr/lib/postgresql";

/** The programs of the newest PostgreSQL of this system that has pgaudit: npm's has none. */
function programs(): string {
  const versions = existsSync(installed) ? readdirSync(installed).map(Number) : [];
  const version = versions
    .filter((found) => existsSync(join(installed, String(found), "lib/pgaudit.so")))
    .sort((a, b) => b - a)[0];
  if (version === undefined) throw new Error(`no PostgreSQL of ${installed} has pgaudit: run ops/system-packages.sh`);
  return join(installed, String(version), "bin");
}

/** A real PostgreSQL with the system's pgaudit at hand, empty, on 127.0.0.1. */
export async function auditedServer(settings: Readonly<Record<string, string>>): Promise<AuditedServer> {
  const binaries = programs();
  const folder = mkdtempSync(join(tmpdir(), "audited-"));
  // PostgreSQL refuses to run as root; its package brings this user.
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = process.getuid?.() === 0 ? { uid: id("-u"), gid: id("-g") } : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const environment = { PATH: process.env.PATH, LC_ALL: "C" };
  const initialise = [
    "-D",
    folder,
    "--no-sync",
    "--auth=trust",
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
  ];
  execFileSync(join(binaries, "initdb"), initialise, { env: environment, cwd: folder, stdio: "pipe", ...user });
  const port = await freePort();
  const all = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", ...settings };
  const given = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const lines: string[] = [];
  const server = await startServer({
    command: [join(binaries, "postgres"), "-D", folder, "-p", String(port), ...given],
    environment,
    user,
    port,
    readiness: { line: "database system is ready to accept connections" },
    stopSignal: "SIGINT",
    log: (line) => lines.push(line),
  });
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    lines,
    remove: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
