import { compare, median, spread, verdict } from "../../bench/comparison";
import type { Run } from "../../bench/history";
import { figureOf, type Measurement } from "../../bench/measure";

const machine = { cpu: "made up", cores: 2, memory: 24, node: "24.21.0" };
const measured: Measurement = { name: "router", value: 1, unit: "requests/s", target: "none", reached: true };
let day = 0;
const run = (...measurements: readonly Partial<Measurement>[]): Run => ({
  commit: `c${++day}`,
  date: `2026-11-${String(day).padStart(2, "0")}T00:00:00.000Z`,
  machine,
  figures: measurements.map((one) => figureOf("router", { ...measured, ...one })),
});
beforeEach(() => {
  day = 0;
});

/** Normal numbers from a fixed seed: https://en.wikipedia.org/wiki/Marsaglia_polar_method over a linear congruential generator. */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  return () => {
    for (;;) {
      const [one, other] = [2 * uniform() - 1, 2 * uniform() - 1];
      const square = one ** 2 + other ** 2;
      if (square > 0 && square < 1) return one * Math.sqrt((-2 * Math.log(square)) / square);
    }
  };
}
const series = (center: number, next: () => number, count = 6) =>
  Array.from({ length: count }, () => center * (1 + 0.03 * next()));

test("median and spread are those of NIST's handbook, and one wild number moves neither", () => {
  // https://en.wikipedia.org/wiki/Median_absolute_deviation
  expect([median([1, 1, 2, 2, 4, 6, 9]), spread([1, 1, 2, 2, 4, 6, 9])]).toEqual([2, 1]);
  expect([median([1, 1, 2, 2, 4, 6, 900]), spread([1, 1, 2, 2, 4, 6, 900])]).toEqual([2, 1]);
  expect(median([1, 2, 3, 4])).toBe(2.5);
});

test("a shift beyond the repetitions' noise is told in one line, as better or worse", () => {
  const next = noise(1);
  const before = run({ repetitions: series(100, next) });
  const slower = run({ repetitions: series(60, next) });
  expect(verdict(slower, [before])).toEqual([
    expect.stringMatching(
      /^worse {2}router: [\d.]+ → [\d.]+ requests\/s \(-\d\d\.\d %, noise .* since c1 of 2026-11-01$/,
    ),
  ]);
  expect(verdict(before, [slower])).toEqual([expect.stringMatching(/^better router: /)]);
  const [seconds, more] = [10, 20].map((value) => run({ unit: "s", repetitions: series(value, next) }));
  if (seconds && more) expect(verdict(more, [seconds])).toEqual([expect.stringMatching(/^worse {2}router/)]);
});

test("noise is not told: of a thousand pairs of equal series, fewer than one in a hundred", () => {
  const next = noise(2);
  const told = Array.from({ length: 1000 }, () => {
    const [one, other] = [run({ repetitions: series(100, next) }), run({ repetitions: series(100, next) })];
    return compare(one, [other]).moved.length;
  });
  expect(told.filter((count) => count > 0).length).toBeLessThan(10);
});

test("a yardstick's noise counts as well as the figure's", () => {
  const against = (repetitions: readonly number[]) => ({ name: "nginx", value: median(repetitions), repetitions });
  const steady = [100, 101, 99];
  const before = run({ repetitions: steady, yardstick: against([100, 100, 100]) });
  expect(compare(run({ repetitions: steady, yardstick: against([125, 124, 126]) }), [before]).moved).toHaveLength(1);
  expect(compare(run({ repetitions: steady, yardstick: against([100, 125, 150]) }), [before]).moved).toHaveLength(0);
});

test("another yardstick is said, not compared", () => {
  const before = run({ yardstick: { name: "nginx", value: 1 } });
  expect(verdict(run({ yardstick: { name: "caddy", value: 1 } }), [before])).toEqual([
    "router: not compared with c1 of 2026-11-01, its yardstick was nginx, now caddy",
  ]);
});

test("what a run measures once is compared when earlier runs show its noise", () => {
  const earlier = [100, 103, 98].map((value) => run({ value }));
  expect(verdict(run({ value: 50 }), earlier.slice(1))).toEqual([
    "nothing moved beyond noise",
    "1 measured once a run: compared when there are 3 earlier runs",
  ]);
  expect(verdict(run({ value: 50 }), earlier)).toEqual([expect.stringMatching(/^worse/)]);
  expect(verdict(run({ value: 101 }), earlier)).toEqual(["nothing moved beyond noise"]);
});

test("a size moves by a byte", () => {
  const [before, after] = [543, 543.001].map((value) => run({ value, unit: "kB", exact: true }));
  if (before && after) expect(verdict(after, [before])).toEqual([expect.stringMatching(/^worse/)]);
  if (before) expect(verdict(before, [before])).toEqual(["nothing moved beyond noise"]);
});

test("a figure is compared with the last run that has it", () => {
  const next = noise(3);
  const earlier = [run({ repetitions: series(100, next) }), run({ name: "other", repetitions: series(1, next) })];
  expect(verdict(run({ repetitions: series(300, next) }), earlier)).toEqual([expect.stringMatching(/since c1 of/)]);
});

test("the first run of a machine has nothing to compare with", () => {
  expect(verdict(run({}), [])).toEqual(["no earlier run on this machine: nothing to compare with"]);
});
