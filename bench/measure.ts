import { execaSync, type SyncOptions } from "execa";

/** One measured number beside its yardstick, both taken in the same run. */
export interface Measurement {
  /** What was measured, in a few words. */
  readonly name: string;
  readonly value: number;
  /** Unit of `value` and of the yardstick: s, ms, MB, requests/s... */
  readonly unit: string;
  /** What the value is compared with, measured in the same run on the same machine. */
  readonly yardstick?: { readonly name: string; readonly value: number };
  /** The number to reach, as its issue or ADR words it. */
  readonly target: string;
  /** Whether the target was reached; printed, never asserted. */
  readonly reached: boolean;
}

const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

/** Prints one line a measurement: value, yardstick, ratio, target. */
export function report(measurements: readonly Measurement[]): void {
  for (const { name, value, unit, yardstick, target, reached } of measurements) {
    const against = yardstick
      ? ` against ${number(yardstick.value)} ${unit} (${yardstick.name}): ratio ${(value / yardstick.value).toPrecision(3)}`
      : "";
    process.stdout.write(
      `${reached ? "ok  " : "MISS"} ${name}: ${number(value)} ${unit}${against}; target ${target}\n`,
    );
  }
}

/** Runs Node on a program to its end. @returns the seconds that took @throws with the program's words when it fails */
export function nodeSeconds(words: readonly string[], options: SyncOptions = {}): number {
  const started = performance.now();
  execaSync(process.execPath, words, options);
  return (performance.now() - started) / 1_000;
}
