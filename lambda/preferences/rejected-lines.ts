import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";

/** Refused lines on their way to the bucket: in a file, because there may be as many as the import has lines. */
export class RejectedLines {
  readonly path = join(tmpdir(), `rejected-${randomUUID()}.ndjson`);
  #file: WriteStream | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a line's number and the reason; its content stays in the imported object alone. */
  async add(line: number, reason: string): Promise<void> {
    this.#file ??= createWriteStream(this.path);
    this.#count += 1;
    if (!this.#file.write(`${JSON.stringify({ line, reason })}\n`)) await once(this.#file, "drain");
  }

  /** Ends the file, for `path` to be read. */
  async end(): Promise<void> {
    if (this.#file === undefined) return;
    this.#file.end();
    await finished(this.#file);
  }

  async remove(): Promise<void> {
    this.#file?.destroy();
    await rm(this.path, { force: true });
  }
}
