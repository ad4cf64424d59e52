import type { ImportLimits } from "./import-limits";
import type { Refusal } from "./imports-repository";

/** Refused lines of one batch. Those behind the limit are only counted, so neither memory nor table grows with them. */
export class RejectedLines {
  readonly listed: Refusal[] = [];
  readonly #most: number;
  #count: number;

  /** @param before how many were refused before this batch */
  constructor({ IMPORT_MAX_REFUSALS }: Pick<ImportLimits, "IMPORT_MAX_REFUSALS">, before: number) {
    this.#most = IMPORT_MAX_REFUSALS;
    this.#count = before;
  }

  /** All that were refused, those before this batch among them. */
  get count(): number {
    return this.#count;
  }

  /** Adds a line's number and the reason; its content stays in the imported object alone. */
  add(line: number, reason: string): void {
    this.#count += 1;
    if (this.#count <= this.#most) this.listed.push({ line, reason });
  }
}

/** NDJSON: a refused line on each line, and last, where there are more of them than are listed, how many. */
export function rejectedReport(listed: readonly Refusal[], count: number): string {
  const notListed = count - listed.length;
  const reason = `only the first ${listed.length} refused lines are listed; IMPORT_MAX_REFUSALS sets the limit`;
  const end = notListed > 0 ? [{ notListed, reason }] : [];
  return [...listed, ...end].map((line) => `${JSON.stringify(line)}\n`).join("");
}
