import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Failure } from "../runtime/failure";
import { Machine } from "./machine";

/** One figure of a run. */
export const Figure = z.object({
  /** Name of the program without `.bench.ts`. */
  bench: z.string(),
  name: z.string(),
  unit: z.string(),
  value: z.number(),
  /** Name and value of what it is measured against. */
  yardstick: z.object({ name: z.string(), value: z.number() }).optional(),
  /** Its repetitions as ratios to the yardstick, or as they are where there is none. */
  repetitions: z.array(z.number()).min(1),
  /** Whether it is the same at each run of the same source, such as a size. */
  exact: z.boolean(),
  /** Median and median absolute deviation of the repetitions. */
  median: z.number(),
  spread: z.number(),
});
export type Figure = z.infer<typeof Figure>;

/** One run of `make bench`: a line of the file. */
export const Run = z.object({
  commit: z.string(),
  /** ISO 8601, UTC. */
  date: z.iso.datetime(),
  machine: Machine,
  figures: z.array(Figure),
});
export type Run = z.infer<typeof Run>;

/**
 * The earlier runs of a machine, oldest first; none when there is no file.
 *
 * @throws Failure when the file holds anything else: it is left as it is
 */
export function readHistory(file: string, machine: Machine): readonly Run[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  // The last line ends in a line break: one that does not is cut off.
  if (lines.pop() !== "") throw broken(file, lines.length + 1, "it is cut off");
  return lines.map((line, index) => {
    const run = Run.safeParse(parsed(line));
    if (!run.success) throw broken(file, index + 1, "it has another form");
    if (!isDeepStrictEqual(run.data.machine, machine)) throw broken(file, index + 1, "it is of another machine");
    return run.data;
  });
}

/** Adds a run to the file. */
export function keep(file: string, run: Run): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(run)}\n`);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const broken = (file: string, line: number, why: string) =>
  new Failure(`line ${line} of ${file} is no run of make bench on this machine, ${why}: mend it or move the file away`);
