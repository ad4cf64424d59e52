import { pipeline, Readable } from "node:stream";
import { ImportLimitError, type ImportLimits } from "./import-limits";
import type { OpenObject } from "./imports-bucket";

/** How slowly an object may come: fewer bytes than these within these seconds of waiting for it, and it is given up. */
export interface Pace {
  readonly bytes: number;
  readonly seconds: number;
}

/** As long as the bucket's client waits for a silent stream (runtime/imports.ts): one that drips is given up like it. */
const slowest: Pace = { bytes: 8 * 1024, seconds: 8 };

/**
 * The bytes of an object, gunzipped when they begin as gzip does.
 * Throws when they end before they should, when they come slower than `pace`, and when they are more than an import may have.
 */
export async function* objectBytes(
  open: OpenObject,
  limits: ImportLimits,
  pace: Pace = slowest,
): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of unzipped(received(open, pace))) {
    count += chunk.length;
    if (count > limits.IMPORT_MAX_BYTES) throw new ImportLimitError(limits, "IMPORT_MAX_BYTES", "bytes after unzip");
    yield chunk;
  }
}

async function* received({ body, bytes, key }: OpenObject, pace: Pace): AsyncGenerator<Uint8Array> {
  let count = 0;
  let waited = 0;
  let meanwhile = 0;
  let asked = performance.now();
  for await (const chunk of body) {
    // Time that the database takes of a chunk is no waiting.
    waited += performance.now() - asked;
    meanwhile += chunk.length;
    count += chunk.length;
    if (meanwhile >= pace.bytes) waited = meanwhile = 0;
    if (waited >= pace.seconds * 1000)
      throw new Error(
        `${key} comes too slowly: ${meanwhile} bytes in ${pace.seconds} s, at ${count} of ${bytes} bytes`,
      );
    yield chunk;
    asked = performance.now();
  }
  if (count < bytes) throw new Error(`${key} ended after ${count} of ${bytes} bytes`);
}

async function* unzipped(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Two bytes tell gzip (RFC 1952, section 2.3.1); they need not come together.
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await source.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const all = async function* () {
    yield head;
    yield* source;
  };
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* all();
    return;
  }
  const { createGunzip } = await import("node:zlib");
  yield* pipeline(Readable.from(all()), createGunzip({ chunkSize: 128 * 1024 }), () => undefined);
}
