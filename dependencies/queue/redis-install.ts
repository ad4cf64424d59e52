import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/**
 * Makes sure `redis-server` is on the PATH: installs Debian's package where that needs no question (as root, or with a
 * sudo that asks for no password). Throws one sentence with the command to type where it does not.
 */
export async function findOrInstallRedis(say: (line: string) => void, shell = process.env): Promise<void> {
  const has = (program: string) => isOnPath(program, shell.PATH ?? "");
  if (has("redis-server")) return;
  const become = await withoutQuestion(has, shell);
  if (become === undefined || !has("apt-get")) {
    const [, command] = managers.find(([name]) => has(name)) ?? [];
    const how = command === undefined ? "your system's package manager" : `\`${command}\``;
    throw new Error(`redis-server is not on the PATH: install it with ${how}`);
  }
  say("installing redis-server with apt-get");
  const install = "apt-get update -q && apt-get install -q -y --no-install-recommends redis-server";
  const [program = "sh", ...words] = [...become, "sh", "-c", install];
  const { failed } = await execa(program, words, { stdio: "ignore", env: shell, extendEnv: false, reject: false });
  if (failed || !has("redis-server")) {
    throw new Error("redis-server could not be installed: type `apt-get install redis-server` to see why");
  }
}

/** What goes before a command to run it as root: nothing for root, sudo where it asks for no password. */
async function withoutQuestion(
  has: (program: string) => boolean,
  shell: NodeJS.ProcessEnv,
): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  if (!has("sudo")) return undefined;
  const { failed } = await execa("sudo", ["-n", "true"], {
    stdio: "ignore",
    env: shell,
    extendEnv: false,
    reject: false,
  });
  return failed ? undefined : ["sudo", "-n"];
}

const managers = [
  ["apt-get", "sudo apt-get install redis-server"],
  ["brew", "brew install redis"],
  ["dnf", "sudo dnf install redis"],
  ["pacman", "sudo pacman -S redis"],
  ["apk", "sudo apk add redis"],
] as const;

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
