import { type Clock, ImportLimitError, type ImportLimits, TimeIsUpError } from "./import-limits";
import { checkLine, linesOf } from "./import-lines";
import { PlaceInObject } from "./import-place";
import { batchSize, type Import, type ImportsRepository, type Staged, type StagedBatch } from "./imports-repository";
import { RejectedLines } from "./rejected-lines";

export interface Staging {
  readonly imports: Pick<ImportsRepository, "stage">;
  readonly limits: ImportLimits;
  readonly clock: Clock;
  /** Lines staged at once, and the rest of the chunk that the last of them came in. @default 10,000 */
  readonly batch?: number;
}

/**
 * Stages what is valid behind what is staged, in batches that commit, one on its way to PostgreSQL while the next is read.
 * Returns the state when the whole object is staged. Throws a TimeIsUpError when all that was read is on record and the
 * rest has to wait, and whatever its bytes throw.
 */
export async function stage(
  { imports, limits, clock, batch = batchSize }: Staging,
  { id, mergedLine }: Pick<Import, "id" | "mergedLine">,
  start: Staged,
  bytes: AsyncIterable<Uint8Array>,
): Promise<Staged> {
  const position = new PlaceInObject(start, () => {
    if (clock.endsSoon()) throw new TimeIsUpError();
  });
  let staged = start;
  let number = start.lines;
  let rows = new CopyRows();
  let rejected = new RejectedLines(limits, start.rejected);
  let committing: Promise<void> = Promise.resolve();
  const send = async (state: Staged["state"]) => {
    await committing;
    const { count, listed } = rejected;
    const next: StagedBatch = {
      ...position.place,
      state,
      lines: number,
      rejected: count,
      rows: rows.bytes,
      refusals: listed,
    };
    committing = imports.stage(id, staged, next);
    // Awaited with the next batch, or at the end; a failure until then must not count as unhandled.
    committing.catch(() => undefined);
    staged = next;
    rows = new CopyRows();
    rejected = new RejectedLines(limits, count);
  };
  const read = async () => {
    for await (const lines of linesOf(position.follow(bytes))) {
      if (number + lines.length > limits.IMPORT_MAX_LINES)
        throw new ImportLimitError(limits, "IMPORT_MAX_LINES", "lines");
      for (const line of lines) {
        number += 1;
        if (line?.trim() === "") continue;
        const checked = checkLine(line);
        if ("reason" in checked) rejected.add(number, checked.reason);
        // A crash may have emptied the staged lines after some were merged: these are not to come again.
        else if (number > mergedLine) rows.add(`${id}\t${number}\t${checked.columns}\n`);
      }
      // Behind a line: each delivery gets on, however short its time is.
      if (number > staged.lines && clock.isUp()) return send("reading");
      if (number - staged.lines >= batch) await send("reading");
    }
    await send("staged");
  };
  // Whatever ended the reading: the batch on its way is not left alone.
  await read().finally(() => committing);
  if (clock.isUp()) throw new TimeIsUpError();
  return staged;
}

/** Rows for COPY, as bytes: a million short texts that wait for their batch to end would keep the garbage collector busy. */
class CopyRows {
  #buffer = Buffer.allocUnsafe(2 ** 20);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(row: string): void {
    // No character of UTF-16 takes more than three bytes.
    if (this.#length + row.length * 3 > this.#buffer.length)
      this.#buffer = Buffer.concat([this.bytes], this.#buffer.length * 2);
    this.#length += this.#buffer.write(row, this.#length);
  }
}
