import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "./report";

/** The review of an environment's real plans, and of a plan of 20,000 changes, each as the pipeline runs it. */

const folder = mkdtempSync(join(tmpdir(), "plan-review-bench-"));
const node = (...args: readonly string[]) => spawnSync(process.execPath, args, { encoding: "utf8" });

/** Seconds and peak memory in MB of a program; `time` is not on every machine, so Node counts itself. */
function measure(...args: readonly string[]): { readonly seconds: number; readonly megabytes: number } {
  const counter = join(folder, "counter.mjs");
  writeFileSync(
    counter,
    `process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"));`,
  );
  const started = performance.now();
  const { stderr } = node("--import", counter, ...args);
  return {
    seconds: (performance.now() - started) / 1_000,
    megabytes: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1_024,
  };
}

const parseOnly = `JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))`;

const best = <Result extends { readonly seconds: number }>(runs: readonly Result[]): Result =>
  runs.reduce((one, other) => (other.seconds < one.seconds ? other : one));

const review = (plans: string) => {
  const out = join(folder, "out");
  const forms = [
    "--markdown",
    join(out, "a.md"),
    "--html",
    join(out, "a.html"),
    "--gitlab-report",
    join(out, "a.json"),
  ];
  const command = ["ops/run.mjs", "ops/review/command.ts", "--environment", "development", "--plans", plans, ...forms];
  return best([1, 2, 3].map(() => measure(...command)));
};

try {
  const plans = join(folder, "plans");
  const synthesized = join(folder, "cdktf.out");
  const env = { ...process.env, ENV: "development", CDKTF_OUTDIR: synthesized };
  spawnSync(process.execPath, ["ops/run.mjs", "main.ts"], { env });
  const planned = performance.now();
  const rehearsal = node(
    "ops/run.mjs",
    "packages/rehearsal/src/cli.ts",
    "plan",
    synthesized,
    "--out",
    plans,
    "--summary",
  );
  if (rehearsal.status !== 0) throw new Error(rehearsal.stderr);
  const planning = (performance.now() - planned) / 1_000;
  const environment = review(plans);

  const many = join(folder, "many");
  mkdirSync(many);
  writeFileSync(join(many, "many.json"), manyChanges(plans, 20_000));
  const reading = best([1, 2, 3].map(() => measure("-e", parseOnly, join(many, "many.json"))));
  const large = review(many);

  report([
    {
      name: "review of an environment after its plans exist",
      value: environment.seconds,
      unit: "s",
      yardstick: { name: "planning it", value: planning },
      target: "1 s",
      reached: environment.seconds <= 1,
    },
    {
      name: "review of 20,000 changes",
      value: large.seconds,
      unit: "s",
      yardstick: { name: "JSON.parse of the plan alone", value: reading.seconds },
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
