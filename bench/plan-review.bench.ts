import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { nodeSeconds, report } from "./measure";

/** The review of an environment's real plans, and of a plan of 20,000 changes, each as the pipeline runs it. */

const folder = mkdtempSync(join(tmpdir(), "plan-review-bench-"));
/** Seconds and peak memory in MB of a program; `time` is not on every machine, so Node counts itself. */
function measure(...args: readonly string[]): { readonly seconds: number; readonly megabytes: number } {
  const counter = join(folder, "counter.mjs");
  writeFileSync(
    counter,
    `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));`,
  );
  const started = performance.now();
  // A review that says look or stop exits with 2 or 3.
  const { stderr } = execaSync(process.execPath, ["--import", counter, ...args], { reject: false });
  return {
    seconds: (performance.now() - started) / 1_000,
    megabytes: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024,
  };
}

const parseOnly = `JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))`;

type Measured = ReturnType<typeof measure>;
/** The fastest, and the seconds of all. */
const best = (runs: readonly Measured[]) => ({
  ...runs.reduce((one, other) => (other.seconds < one.seconds ? other : one)),
  repetitions: runs.map(({ seconds }) => seconds),
});

const review = (plans: string) => {
  const out = join(folder, "out");
  const forms = ["markdown", "html", "gitlab-report"].flatMap((form) => [`--${form}`, join(out, form)]);
  const command = ["ops/run.mjs", "ops/review/command.ts", "--environment", "development", "--plans", plans, ...forms];
  return best([1, 2, 3, 4, 5].map(() => measure(...command)));
};

try {
  const plans = join(folder, "plans");
  const synthesized = join(folder, "cdktf.out");
  nodeSeconds(["ops/run.mjs", "main.ts"], { env: { ENV: "development", CDKTF_OUTDIR: synthesized } });
  const rehearsal = ["ops/run.mjs", "packages/rehearsal/src/cli.ts", "plan", synthesized];
  const planning = nodeSeconds([...rehearsal, "--out", plans, "--summary"]);
  const environment = review(plans);

  const many = join(folder, "many");
  mkdirSync(many);
  writeFileSync(join(many, "many.json"), manyChanges(plans, 20_000));
  const reading = best([1, 2, 3, 4, 5].map(() => measure("-e", parseOnly, join(many, "many.json"))));
  const large = review(many);

  report([
    {
      name: "review of an environment after its plans exist",
      value: environment.seconds,
      repetitions: environment.repetitions,
      unit: "s",
      yardstick: { name: "planning it", value: planning },
      target: "1 s",
      reached: environment.seconds <= 1,
    },
    {
      name: "review of 20,000 changes",
      value: large.seconds,
      repetitions: large.repetitions,
      unit: "s",
      yardstick: {
        name: "JSON.parse of the plan alone",
        value: reading.seconds,
        repetitions: reading.repetitions,
      },
      target: "under 5 s",
      reached: large.seconds < 5,
    },
    {
      name: "its peak memory",
      value: large.megabytes,
      unit: "MB",
      yardstick: { name: "JSON.parse of the plan alone", value: reading.megabytes },
      target: "under 512 MB",
      reached: large.megabytes < 512,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The environment's own plans over and over, under other names. */
function manyChanges(plans: string, count: number): string {
  const [first, ...rest] = readdirSync(plans).map((file) => JSON.parse(readFileSync(join(plans, file), "utf8")));
  const real = [first, ...rest].flatMap((plan) => plan.resource_changes).filter(({ mode }) => mode === "managed");
  return JSON.stringify({
    ...first,
    resource_changes: Array.from({ length: count }, (_, index) => {
      const change = real[index % real.length];
      return { ...change, name: `${change.name}-${index}`, address: `${change.address}-${index}` };
    }),
  });
}
