import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";

const before = new Date("2026-01-01");

/**
 * Watches a folder: all times of its files are set back, so that what is written anew shows.
 *
 * @returns expects bytes, times and links of all in it to be as they were, and says whether the canary's file is there
 */
export function watch(watched: string, canary: string): () => unknown {
  const files = () =>
    readdirSync(watched, { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  for (const file of files()) if (lstatSync(file).isFile()) utimesSync(file, before, before);
  const state = () =>
    files().map((file) => {
      const entry = lstatSync(file);
      const held = entry.isSymbolicLink() ? readlinkSync(file) : entry.isFile() ? readFileSync(file, "utf8") : "";
      return [file, held, entry.isFile() ? entry.mtimeMs : 0];
    });
  const first = state();
  return () => {
    expect(state()).toEqual(first);
    return existsSync(canary);
  };
}
