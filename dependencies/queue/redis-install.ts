import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Makes sure `redis-server` is on the PATH: installs Debian's package where that needs no question (as root, or with a
 * sudo that asks for no password). Throws one sentence with the command to type where it does not.
 */
export async function findOrInstallRedis(say: (line: string) => void, shell = process.env): Promise<void> {
  const has = (program: string) => isOnPath(program, shell.PATH ?? "");
  if (has("redis-server")) return;
  const become = withoutQuestion(has, shell);
  if (become === undefined || !has("apt-get")) {
    const [, command] = managers.find(([name]) => has(name)) ?? [];
    const how = command === undefined ? "your system's package manager" : `\`${command}\``;
    throw new Error(`redis-server is not on the PATH: install it with ${how}`);
  }
  say("installing redis-server with apt-get");
  const install = "apt-get update -q && apt-get install -q -y --no-install-recommends redis-server";
  const [program = "sh", ...words] = [...become, "sh", "-c", install];
  const { status } = await ended(spawn(program, words, { stdio: "ignore", env: shell }));
  if (status !== 0 || !has("redis-server")) {
    throw new Error("redis-server could not be installed: type `apt-get install redis-server` to see why");
  }
}

/** What goes before a command to run it as root: nothing for root, sudo where it asks for no password. */
function withoutQuestion(has: (program: string) => boolean, shell: NodeJS.ProcessEnv): readonly string[] | undefined {
  if (process.getuid?.() === 0) return [];
  const allowed = has("sudo") && spawnSync("sudo", ["-n", "true"], { stdio: "ignore", env: shell }).status === 0;
  return allowed ? ["sudo", "-n"] : undefined;
}

const managers = [
  ["apt-get", "sudo apt-get install redis-server"],
  ["brew", "brew install redis"],
  ["dnf", "sudo dnf install redis"],
  ["pacman", "sudo pacman -S redis"],
  ["apk", "sudo apk add redis"],
] as const;

function ended(child: ChildProcess): Promise<{ status: number | null }> {
  return new Promise((resolve) => {
    child.once("error", () => resolve({ status: null })).once("exit", (status) => resolve({ status }));
  });
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
