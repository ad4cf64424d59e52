import type { ImportLimits } from "./import-limits";

/** Refused lines on their way to the bucket. Those behind the limit are only counted, so memory does not grow with them. */
export class RejectedLines {
  readonly #listed: string[] = [];
  readonly #most: number;
  #count = 0;

  constructor({ IMPORT_MAX_REFUSALS }: Pick<ImportLimits, "IMPORT_MAX_REFUSALS">) {
    this.#most = IMPORT_MAX_REFUSALS;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a line's number and the reason; its content stays in the imported object alone. */
  add(line: number, reason: string): void {
    this.#count += 1;
    if (this.#listed.length < this.#most) this.#listed.push(JSON.stringify({ line, reason }));
  }

  /** NDJSON: a refused line on each line, and last, where there are more of them than are listed, how many. */
  report(): string {
    const notListed = this.#count - this.#listed.length;
    const reason = `only the first ${this.#most} refused lines are listed; IMPORT_MAX_REFUSALS sets the limit`;
    const end = notListed > 0 ? [JSON.stringify({ notListed, reason })] : [];
    return [...this.#listed, ...end].map((line) => `${line}\n`).join("");
  }
}
