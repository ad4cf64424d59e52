import type { Figure, Run } from "./history";

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
};

/** The median absolute deviation from the median: one wild repetition does not move it. */
export const spread = (values: readonly number[]): number => {
  const center = median(values);
  return median(values.map((value) => Math.abs(value - center)));
};

/**
 * Two medians differ when their modified z-score, of the two runs' spreads together, is above 3.5: Iglewicz and Hoaglin, as in NIST's
 * handbook, https://www.itl.nist.gov/div898/handbook/eda/section3/eda35h.htm
 */
const limit = 3.5 / 0.6745;
/** Of a few repetitions, some happen to be alike: less than a hundredth is no spread to believe. */
const leastSpread = 0.01;
/** Earlier runs that tell the noise of a figure which a run measures once. */
const runsNeeded = 3;

interface Compared {
  /** Where the runs differ beyond noise, or cannot be compared. */
  readonly moved: readonly string[];
  /** Figures that a run measures once, and of which there are too few runs to know their noise. */
  readonly unknown: number;
}

/** Compares each figure with the last run that has it. */
export function compare(run: Run, earlier: readonly Run[]): Compared {
  const moved: string[] = [];
  let unknown = 0;
  for (const figure of run.figures) {
    const before = earlier.flatMap(({ commit, date, figures }) =>
      figures
        .filter(({ bench, name }) => bench === figure.bench && name === figure.name)
        .map((found) => ({ found, since: `${commit} of ${date.slice(0, 10)}` })),
    );
    const last = before.at(-1);
    if (last === undefined) continue;
    const { found, since } = last;
    if (found.unit !== figure.unit || found.yardstick?.name !== figure.yardstick?.name) {
      const named = ({ unit, yardstick }: Figure) => yardstick?.name ?? `no yardstick, ${unit}`;
      moved.push(`${figure.name}: not compared with ${since}, its yardstick was ${named(found)}, now ${named(figure)}`);
      continue;
    }
    const noise = noiseOf(
      figure,
      before.map(({ found }) => found),
    );
    if (noise === undefined) unknown += 1;
    else if (Math.abs(figure.median - found.median) > noise) moved.push(told(figure, found, noise, since));
  }
  return { moved, unknown };
}

/** How far two medians may be apart and mean nothing; undefined when nobody knows. */
function noiseOf(figure: Figure, before: readonly Figure[]): number | undefined {
  if (figure.exact) return 0;
  const last = before.at(-1);
  const least = leastSpread * Math.abs(last?.median ?? 0);
  if (last !== undefined && figure.repetitions.length > 2 && last.repetitions.length > 2) {
    return limit * Math.max(least, Math.hypot(figure.spread, last.spread));
  }
  if (before.length < runsNeeded) return undefined;
  // Each of the two has the spread that the runs have.
  return limit * Math.max(least, Math.SQRT2 * spread(before.map((found) => found.median)));
}

function told(figure: Figure, found: Figure, noise: number, since: string): string {
  const change = figure.median / found.median - 1;
  const better = change > 0 === figure.unit.endsWith("/s");
  const what = figure.yardstick === undefined ? figure.unit : `of ${figure.yardstick.name}`;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const numbers = `${found.median.toPrecision(3)} → ${figure.median.toPrecision(3)} ${what}`;
  const by = `${change > 0 ? "+" : ""}${percent(change)}, noise ${percent(noise / Math.abs(found.median))}`;
  return `${better ? "better" : "worse "} ${figure.name}: ${numbers} (${by}) since ${since}`;
}

/** What a run says of itself beside the earlier ones of the same machine, a line each. */
export function verdict(run: Run, earlier: readonly Run[]): readonly string[] {
  if (earlier.length === 0) return ["no earlier run on this machine: nothing to compare with"];
  const { moved, unknown } = compare(run, earlier);
  const few = `${unknown} measured once a run: compared when there are ${runsNeeded} earlier runs`;
  return [...(moved.length > 0 ? moved : ["nothing moved beyond noise"]), ...(unknown > 0 ? [few] : [])];
}
