import { createHash } from "node:crypto";
import type { Place } from "./imports-repository";

/** The object's beginning is not what was staged of it: that counts no more. */
export class OtherBytesError extends Error {
  constructor() {
    super("the stream does not begin with the bytes that are staged of it");
  }
}

/** Follows an object's bytes and knows the place behind the last whole line. */
export class PlaceInObject {
  readonly #start: Place;
  readonly #onSkipped: () => void;
  readonly #hash = createHash("sha256");
  #bytes = 0;
  #lineEnd = { bytes: 0, hash: createHash("sha256") };

  /**
   * @param start where an earlier delivery stopped, behind a line
   * @param onSkipped called with each chunk that was read before
   */
  constructor(start: Place, onSkipped: () => void = () => undefined) {
    this.#start = start;
    this.#onSkipped = onSkipped;
  }

  /** Behind the last whole line, or behind all bytes once they have ended. */
  get place(): Place {
    return { bytes: this.#lineEnd.bytes, digest: this.#lineEnd.hash.copy().digest() };
  }

  /** The bytes behind the start. Throws an OtherBytesError when those before it are not those that were read then. */
  async *follow(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      const skipped = Math.min(chunk.length, Math.max(0, this.#start.bytes - this.#bytes));
      this.#add(chunk.subarray(0, skipped));
      if (this.#bytes < this.#start.bytes) {
        this.#onSkipped();
        continue;
      }
      if (skipped > 0) this.#checkStart();
      const rest = chunk.subarray(skipped);
      const lineEnd = rest.lastIndexOf(0x0a) + 1;
      this.#add(rest.subarray(0, lineEnd));
      if (lineEnd > 0 || skipped > 0) this.#mark();
      this.#add(rest.subarray(lineEnd));
      if (rest.length > 0) yield rest;
    }
    if (this.#bytes < this.#start.bytes) throw new OtherBytesError();
    this.#mark();
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  #mark(): void {
    this.#lineEnd = { bytes: this.#bytes, hash: this.#hash.copy() };
  }

  #checkStart(): void {
    if (this.#hash.copy().digest().equals(this.#start.digest)) return;
    throw new OtherBytesError();
  }
}
