import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { cp } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { InputError, isConfiguration, readProgram, temporaryFolder } from "@platform/terraform";
import { placeLinks } from "./links";

/** A copy of a program for Terraform to work in, so that the program itself stays as it is. */
export interface WorkingCopy {
  /** The program in the copy. */
  readonly path: string;
  /** The program itself. */
  readonly original: string;
  /** The whole copy, and the folder that it is of: a program in `.tf` files reads what is beside its folder too. */
  readonly root: string;
  readonly base: string;
  remove(): void;
}

/** A folder that may be written to, as its own copy. */
export const asItIs = (folder: string): WorkingCopy => {
  const path = resolve(folder);
  return { path, original: path, root: path, base: path, remove: () => {} };
};

/**
 * Finds the program to rehearse.
 *
 * @param folder a `cdktf.out` or a folder of `.tf` files. @default `cdktf.out` here or in the nearest folder above, or else
 *   the working folder when it has `.tf` files
 * @throws {InputError} when there is none
 */
export function findProgram(folder: string | undefined, from = "."): string {
  if (folder !== undefined) return folder;
  if (isConfiguration(from)) return from;
  for (let at = resolve(from); ; at = dirname(at)) {
    const out = join(at, "cdktf.out");
    if (existsSync(out)) return relative(".", out) || out;
    if (dirname(at) === at)
      throw new InputError("there is no program: synthesize one first (cdktf synth), or name a folder of .tf files");
  }
}

/**
 * Copies a program.
 *
 * @throws {InputError} when there is no such folder
 */
export async function workingCopy(program: string): Promise<WorkingCopy> {
  if (!existsSync(program)) throw new InputError(`${program} does not exist: synthesize first (cdktf synth)`);
  if (!statSync(program).isDirectory())
    throw new InputError(`${program} is no folder: give a cdktf.out or a folder of .tf files`);
  // A link to a folder would be copied as a link, and Terraform would work in the program itself.
  const original = realpathSync(program);
  const synthesized = existsSync(join(original, "manifest.json"));
  if (!synthesized && !isConfiguration(original))
    throw new InputError(`${program} holds no program: neither a manifest.json of cdktf nor a .tf file is in it`);
  const base = synthesized ? original : await baseOf(original);
  const temporary = temporaryFolder("rehearsal-out");
  const root = join(temporary.path, basename(base) || "root");
  const links: string[] = [];
  await cp(base, root, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => {
      const path = relative(base, source);
      if (!isCopied(path, synthesized)) return false;
      const entry = lstatSync(source);
      if (entry.isSymbolicLink()) links.push(path);
      // Sockets, pipes and devices are nothing that Terraform reads.
      return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
    },
  });
  await placeLinks(links, base, root);
  return { path: join(root, relative(base, original)), original, root, base, remove: temporary.remove };
}

/** States, an earlier run's backend and history stay where they are; assets of a synthesized program come along whole. */
function isCopied(path: string, synthesized: boolean): boolean {
  const parts = path.split(sep);
  const name = parts.at(-1) ?? "";
  const terraform = parts.indexOf(".terraform");
  if (terraform >= 0) return parts.length === terraform + 1 || parts[terraform + 1] === "modules";
  if (/\.tfstate(\.backup)?$|^terraform\.tfstate\.d$|^\.terraform\.lock\.hcl$|^\.terraformrc$/.test(name)) return false;
  return synthesized || !/^(\.git|node_modules|cdktf\.out)$/.test(name);
}

/** The repository's root, or else the highest folder that a text of the configuration climbs to (`../../lambda/index.py`). */
async function baseOf(folder: string): Promise<string> {
  for (let at = folder; dirname(at) !== at; at = dirname(at))
    if (existsSync(join(at, ".git")) && !isShared(at)) return at;
  let base = folder;
  const seen = new Set<string>();
  const visit = async (at: string): Promise<void> => {
    if (seen.has(at) || !isConfiguration(at)) return;
    seen.add(at);
    const text = JSON.stringify((await readProgram(at)).map(({ configuration }) => configuration));
    for (const [reached, climb = ""] of text.matchAll(climbing)) {
      const above = resolve(at, climb);
      if (isShared(above)) continue;
      while (relative(base, above).startsWith("..")) base = dirname(base);
      await visit(resolve(at, reached));
    }
  };
  await visit(folder);
  return base;
}

/** A path that climbs, as a part of a text: `../..`, or what follows `${path.module}/`; and no `[.]..` of a regular expression. */
const climbing = /(?<=["'/\s])((?:\.\.\/)*\.\.)(?=["'/\s\\])[\w./-]*/g;

/** Whether a folder holds more than a program, be it a repository of someone's settings: it is never copied. */
const isShared = (folder: string) =>
  [homedir(), tmpdir()].some((own) => !relative(folder, existsSync(own) ? realpathSync(own) : own).startsWith(".."));
