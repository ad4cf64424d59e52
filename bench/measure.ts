import { appendFileSync } from "node:fs";
import { execaSync, type SyncOptions } from "execa";
import { median, spread } from "./comparison";
import type { Figure } from "./history";

/** One measured number beside its yardstick, both taken in the same run. */
export interface Measurement {
  /** What was measured, in a few words, the same at each run. */
  readonly name: string;
  readonly value: number;
  /** Unit of `value` and of the yardstick: s, ms, MB, requests/s... */
  readonly unit: string;
  /** What the value is compared with, measured in the same run on the same machine. */
  readonly yardstick?: { readonly name: string; readonly value: number; readonly repetitions?: readonly number[] };
  /** The value's repetitions, in its unit: their spread is its noise. @default it was measured once */
  readonly repetitions?: readonly number[];
  /** Whether each run of the same source gives the same, as for a size. @default false */
  readonly exact?: boolean;
  /** The number to reach, as its issue or ADR words it. */
  readonly target: string;
  /** Whether the target was reached; printed, never asserted. */
  readonly reached: boolean;
}

const number = (value: number) => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

/** What is kept of a measurement. */
export function figureOf(bench: string, measurement: Measurement): Figure {
  const { name, unit, value, yardstick, repetitions = [], exact = false } = measurement;
  const against = yardstick && { name: yardstick.name, value: yardstick.value };
  // Each with each, so that the yardstick's noise counts too.
  const ratios =
    repetitions.length > 2
      ? repetitions.flatMap((one) => (yardstick?.repetitions ?? [yardstick?.value ?? 1]).map((other) => one / other))
      : [value / (yardstick?.value ?? 1)];
  const about = { bench, name, unit, value, exact, ...(against && { yardstick: against }) };
  return { ...about, repetitions: ratios, median: median(ratios), spread: spread(ratios) };
}

/** Prints one line a measurement: value, yardstick, ratio, target. `make bench` gets them to keep. */
export function report(measurements: readonly Measurement[]): void {
  const { BENCH_FIGURES: file, BENCH_NAME: bench } = process.env;
  if (file !== undefined && bench !== undefined) {
    for (const one of measurements) appendFileSync(file, `${JSON.stringify(figureOf(bench, one))}\n`);
  }
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
