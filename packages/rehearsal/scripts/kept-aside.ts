import { createHash } from "node:crypto";

/** Whether a type is of the fifth that is kept aside: by its name, so that nobody picks it. */
export const keptAside = (type: string) => (createHash("sha256").update(type).digest()[0] ?? 0) % 5 === 0;

interface Counts {
  types: number;
  /** What is so, what is said to be so, and both. */
  so: number;
  said: number;
  both: number;
}

/** Counts of what is so and what is said, by subject, for the types kept aside and for the others. */
export class Tally {
  readonly #counts = new Map<string, Counts>();

  /** @param listed whether somebody has listed the type by hand: then it is none of those that nobody looks at */
  add(subject: string, type: string, so: ReadonlySet<string>, said: ReadonlySet<string>, listed = false): void {
    const key = `${subject}\t${!keptAside(type) ? "others" : listed ? "kept aside, but listed by hand" : "kept aside"}`;
    const counts = this.#counts.get(key) ?? { types: 0, so: 0, said: 0, both: 0 };
    counts.types += 1;
    counts.so += so.size;
    counts.said += said.size;
    counts.both += [...so].filter((name) => said.has(name)).length;
    this.#counts.set(key, counts);
  }

  /** A table in Markdown: recall and precision of each subject. */
  table(): string {
    const share = (part: number, whole: number) => (whole === 0 ? "-" : (part / whole).toFixed(3));
    const rows = [...this.#counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, { types, so, said, both }]) => {
        const [subject, fifth] = key.split("\t");
        return `| ${subject} | ${fifth} | ${types} | ${so} | ${share(both, so)} | ${share(both, said)} |\n`;
      });
    return `| of | types | counted | so | recall | precision |\n| --- | --- | --- | --- | --- | --- |\n${rows.join("")}`;
  }
}
