import { type Zippable, zipSync } from "fflate";

export interface ZipEntry {
  /** Path inside the archive, with forward slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

// The first instant a zip can name, in local time because zip keeps local time: the same bytes in every time zone.
const earliest = new Date(1980, 0, 1);
const unix = 3;
// -rw-r--r--: Lambda runs functions as a user that does not own the files.
const readableFile = 0o100644 * 2 ** 16;

/**
 * An archive whose bytes depend on its entries alone: neither on their order nor on the clock, the machine or the time
 * zone. A build of an unchanged source is then an unchanged file, and a deployment can tell that there is nothing to do.
 * Throws when two entries share a name.
 */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Zippable = {};
  for (const { name, content } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (name in files) throw new Error(`an archive holds each name once, got ${name} twice`);
    files[name] = [Buffer.from(content), { mtime: earliest, os: unix, attrs: readableFile, level: 9 }];
  }
  return Buffer.from(zipSync(files));
}
