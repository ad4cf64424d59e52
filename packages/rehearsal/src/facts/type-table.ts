import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * A table of facts in a file beside the program, one line a type. The file is read when the first type is asked for, and the lines of
 * the types in use are parsed: whole, it would be a good part of the provider's start.
 */
export class TypeTable<Entry> {
  readonly #entries = new Map<string, Entry | undefined>();
  #bytes: Buffer | undefined;

  /** @param file its name in src/facts/data */
  constructor(private readonly file: string) {}

  /** What the table says of a type; undefined when it says nothing. */
  of(type: string): Entry | undefined {
    if (!this.#entries.has(type)) this.#entries.set(type, this.#parsed(type));
    return this.#entries.get(type);
  }

  /** Whence the table is. */
  source(): string {
    return this.#head("source");
  }

  /** Version of what it was made from, where it has one. */
  version(): string {
    return this.#head("version");
  }

  #parsed(type: string): Entry | undefined {
    const line = this.#line(`\n${JSON.stringify(type)}:`);
    if (line === undefined) return undefined;
    const entry: Entry = JSON.parse(line.replace(/,\s*$/, ""));
    return entry;
  }

  #head(name: string): string {
    const said: unknown = JSON.parse(/"(?:[^"\\]|\\.)*"/.exec(this.#line(`"${name}":`) ?? "")?.[0] ?? '""');
    return String(said);
  }

  /** The rest of the line after a key. */
  #line(key: string): string | undefined {
    const bytes = this.#read();
    const at = bytes.indexOf(key);
    if (at < 0) return undefined;
    const end = bytes.indexOf("\n", at + key.length);
    return bytes.toString("utf8", at + Buffer.byteLength(key), end < 0 ? undefined : end);
  }

  #read(): Buffer {
    this.#bytes ??= readFileSync(path(this.file));
    return this.#bytes;
  }
}

/** A file of facts: among the sources, or, where the package is installed, beside what was built of them. */
function path(file: string): string {
  const root = dirname(createRequire(import.meta.url).resolve("@platform/rehearsal/package.json"));
  const source = join(root, "src/facts/data", file);
  return existsSync(source) ? source : join(root, "dist/data", file);
}
