import Sequencer from "@jest/test-sequencer";

/** Suites that take the longest, the longest first: begun last, one of them would run alone at the end. Measured in CPU seconds. */
const slow = [
  "__tests__/ops/pipeline/pipeline.test.ts",
  "__tests__/local/console/console.test.ts",
  "__tests__/ops/review/golden.test.ts",
  "__tests__/local/up.test.ts",
  "__tests__/worker/loyalty/faults.test.ts",
  "__tests__/ops/service.test.ts",
  "__tests__/ops/image/image.test.ts",
  "__tests__/ops/diff.test.ts",
  "packages/rehearsal/__tests__/corpus.test.ts",
  "__tests__/lambda/imports/import-deliveries.test.ts",
  "__tests__/packages/pack.test.ts",
  "__tests__/worker/loyalty/fail-over.test.ts",
];

/** jest's own order, by the durations of the run before, needs a cache; a fresh checkout has none. */
export default class SlowFirst extends Sequencer {
  sort(tests) {
    const place = ({ path }) => {
      const index = slow.findIndex((suite) => path.endsWith(suite));
      return index < 0 ? slow.length : index;
    };
    return super.sort(tests).toSorted((a, b) => place(a) - place(b));
  }
}
