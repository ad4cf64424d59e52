import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/**
 * Gives a copy of the project the packages that are installed here, as an installation would leave them, so that nothing
 * goes to the registry: each is linked by itself, and our own workspaces are the copy's. What is type-checked here already
 * is not checked again there.
 */
export function installPackages(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@platform"), { recursive: true });
  for (const entry of readdirSync("node_modules").filter((name) => name !== "@platform")) {
    symlinkSync(resolve("node_modules", entry), join(modules, entry));
  }
  for (const workspace of readdirSync("node_modules/@platform")) {
    symlinkSync(join("../../packages", workspace), join(modules, "@platform", workspace));
  }
  mkdirSync(join(folder, ".cache"));
  // Native parts for other processors, where a build has fetched them already.
  if (existsSync(".cache/native")) symlinkSync(resolve(".cache/native"), join(folder, ".cache/native"));
  // The Makefile's stamp.
  const sum = execFileSync("cksum", { input: readFileSync("package-lock.json") });
  writeFileSync(join(folder, ".cache/packages"), sum);
  const checked = ".cache/tsc.tsbuildinfo";
  if (!existsSync(checked)) return;
  // TypeScript names packages by where the links lead, seen from the file.
  const installed = relative(realpathSync(join(folder, ".cache")), realpathSync("node_modules"));
  writeFileSync(join(folder, checked), readFileSync(checked, "utf8").replaceAll('"../node_modules/', `"${installed}/`));
}
