import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Failure } from "../../runtime/failure";
import { runCommand } from "../program/run-command";

/** A file of the project: its path and its new content. */
export type Files = ReadonlyMap<string, string>;

/**
 * Brings files and all that is generated from the changed source into the working tree, all of them or none: they are
 * written, formatted and generated in a copy beside it, and moved at the end.
 * @returns the paths of what is new or changed
 * @throws Failure when the tree has changes that are not committed: what is taken back could not be told from them
 */
export async function applyWhole(files: Files, cancelSignal: AbortSignal): Promise<readonly string[]> {
  const git = (args: readonly string[], cwd = ".") =>
    runCommand(["git", ...args], { cwd, cancelSignal, stdout: "pipe", stderr: "pipe" });
  const dirty = await git(["status", "--porcelain"]);
  if (dirty !== "")
    throw new Failure(`the working tree must be clean, so that all can be taken back: commit first\n${dirty}`);

  await mkdir(".cache", { recursive: true });
  const copy = await mkdtemp(join(".cache", "service-"));
  try {
    await checkOut(copy, git);
    for (const [file, content] of files) {
      await mkdir(dirname(join(copy, file)), { recursive: true });
      await writeFile(join(copy, file), content);
    }
    const quietly = { cwd: copy, cancelSignal, stdout: "ignore", stderr: "pipe" } as const;
    await runCommand(["node_modules/.bin/biome", "check", "--write", ...files.keys()], quietly);
    await runCommand(["make", "generate"], quietly);
    const repository = (await git(["rev-parse", "--absolute-git-dir"])).trim();
    const changes = [
      "--git-dir",
      repository,
      "--work-tree",
      ".",
      "--no-optional-locks",
      "status",
      "--porcelain",
      "-uall",
    ];
    const changed = (await git([...changes, "--", ".", ":!node_modules"], copy)).split("\n").filter(Boolean);
    return await move(
      copy,
      changed.map((line) => ({ file: line.slice(3), isNew: line.startsWith("??") })),
    );
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** What is committed, with the packages that are installed here. */
async function checkOut(folder: string, git: (args: readonly string[]) => Promise<string>): Promise<void> {
  await git(["checkout-index", "--all", "--prefix", `${resolve(folder)}/`]);
  await symlink(resolve("node_modules"), join(folder, "node_modules"));
  // The Makefile's stamp: no installation goes through the link.
  await mkdir(join(folder, ".cache"));
  await writeFile(
    join(folder, ".cache/packages"),
    await runCommand(["sh", "-c", "cksum < package-lock.json"], { stdout: "pipe" }),
  );
}

/** Moves files of `folder` here; what was moved before one could not be is taken back. */
async function move(
  folder: string,
  files: readonly { readonly file: string; readonly isNew: boolean }[],
): Promise<readonly string[]> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { file, isNew } of files) {
      const before = isNew ? undefined : await readFile(file);
      await mkdir(dirname(file), { recursive: true });
      undo.push(() => (before === undefined ? rm(file, { force: true }) : writeFile(file, before)));
      await rename(join(folder, file), file);
    }
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw error;
  }
  return files.map(({ file }) => file);
}
