import type { LogLine } from "./logs";

/** A line as it is kept for the console. */
export interface RecentLine extends LogLine {
  /** Counts up over all programs: the order of the lines. */
  readonly number: number;
  /** When it came, milliseconds since the epoch. */
  readonly at: number;
}

/** Lines of one service that are kept, and their characters: the older go. */
const mostLines = 10_000;
const mostCharacters = 4_000_000;

class Kept {
  #lines: RecentLine[] = [];
  #first = 0;
  #characters = 0;

  add(line: RecentLine): void {
    this.#lines.push(line);
    this.#characters += line.text.length;
    while (this.#lines.length - this.#first > mostLines || this.#characters > mostCharacters) {
      this.#characters -= this.#lines[this.#first]?.text.length ?? 0;
      this.#first += 1;
    }
    // Moved down now and then, not with each line.
    if (this.#first <= mostLines) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }

  /** Those with a larger number, at most the last `limit` of them. */
  after(number: number, limit: number): readonly RecentLine[] {
    let start = this.#lines.length;
    while (start > this.#first && (this.#lines[start - 1]?.number ?? 0) > number) start -= 1;
    return this.#lines.slice(Math.max(start, this.#lines.length - limit));
  }
}

/** The latest lines of every service, in memory. Health checks that went well are not among them. */
export class RecentLines {
  readonly #services = new Map<string, Kept>();
  #last = 0;

  add(line: LogLine): void {
    const kept = this.#services.get(line.group) ?? new Kept();
    this.#services.set(line.group, kept);
    this.#last += 1;
    kept.add({ ...line, number: this.#last, at: Date.now() });
  }

  get last(): number {
    return this.#last;
  }

  /**
   * What came after the line of that number, of one service or all: in order, at most the last `limit` lines.
   * @param service its name, or that of one of its processes. @default all
   */
  after(number: number, limit: number, service?: string): readonly RecentLine[] {
    if (number >= this.#last) return [];
    const own = service === undefined ? undefined : this.#services.get(service);
    if (own !== undefined) return own.after(number, limit);
    const all = [...this.#services.values()].flatMap((kept) => kept.after(number, limit));
    const wanted = service === undefined ? all : all.filter(({ name }) => name === service);
    return wanted.sort((one, other) => one.number - other.number).slice(-limit);
  }

  /** Those that hold any of these words, in order. */
  containing(words: readonly string[], limit: number): readonly RecentLine[] {
    return this.after(0, Number.POSITIVE_INFINITY)
      .filter(({ text }) => words.some((word) => text.includes(word)))
      .slice(-limit);
  }

  /** Jobs that workers' lines tell were processed since a moment (milliseconds since the epoch), by queue. */
  processedSince(moment: number): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const line of this.after(0, Number.POSITIVE_INFINITY)) {
      if (line.at < moment) continue;
      // The beginning says it; the rest is a list of ids.
      const [, queue, count] = /"queue":"([\w-]+)","count":(\d+)/.exec(line.text.slice(0, 400)) ?? [];
      if (queue !== undefined) counts[queue] = (counts[queue] ?? 0) + Number(count);
    }
    return counts;
  }
}
