import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { z } from "zod";
import { median } from "./comparison";
import { nodeSeconds, report } from "./measure";

const environment = "development";
const folder = mkdtempSync(join(tmpdir(), "rehearsal-bench-"));
const out = join(folder, "cdktf.out");

const ours = (...args: string[]) =>
  nodeSeconds(["ops/run.mjs", ...args], { env: { CDKTF_OUTDIR: out, ENV: environment } });
const rehearsal = (command: string, ...args: string[]) =>
  ours("packages/rehearsal/src/cli.ts", command, out, "--stacks", `${environment}-*`, "state", ...args);

/** What Terraform itself takes to start, in seconds: as many stacks, with nothing in them and their state in a file. */
function emptyStacks(count: number): number {
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    const cwd = join(folder, `empty-${index}`);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "main.tf.json"), "{}");
    execaSync("terraform", ["init", "-input=false"], { cwd });
    execaSync("terraform", ["plan"], { cwd });
  }
  return (performance.now() - started) / 1_000;
}

const many = z.object({ ofProcess: z.number(), seconds: z.number(), peak: z.number() });
let programs = 0;

/** Rehearses that many resources of AWS, or of Terraform's own. */
function resources(count: number, kind: "aws" | "terraform_data", ...only: "start"[]) {
  const words = [join(folder, `program-${programs++}`), String(count), kind, ...only];
  const { stdout } = execaSync(process.execPath, ["ops/run.mjs", "bench/rehearsal-of-many.ts", ...words]);
  return many.parse(JSON.parse(stdout));
}

/** The figure of a whole rehearsal, beside the one that has no provider. @param most seconds */
const ofMany = (count: string, aws: z.infer<typeof many>, terraform: z.infer<typeof many>, most: number) => ({
  name: `rehearsal of ${count} resources`,
  value: aws.seconds,
  unit: "s",
  yardstick: { name: "of as many terraform_data, which have no provider", value: terraform.seconds },
  target: `at most ${most} s`,
  reached: aws.seconds <= most,
});

try {
  ours("ops/build-functions/command.ts");
  ours("main.ts");
  // The first plan derives the schemas; later ones read them from .cache.
  rehearsal("plan", "--summary");
  const empty = emptyStacks(7);
  const plan = rehearsal("plan", "--summary");
  const rehearse = rehearsal("rehearse", "--cdktf");
  resources(10, "aws", "start");
  const starts = Array.from({ length: 5 }, () => resources(10, "aws", "start").ofProcess);
  const nodes = Array.from({ length: 5 }, () => nodeSeconds(["--eval", ""]));
  const [few, fewOfTerraform] = [resources(200, "aws"), resources(200, "terraform_data")];
  const [lots, lotsOfTerraform] = [resources(2_000, "aws"), resources(2_000, "terraform_data")];
  report([
    {
      name: "plan of one environment",
      value: plan,
      unit: "s",
      yardstick: { name: "terraform init and plan of seven empty stacks", value: empty },
      target: "at most 8 s",
      reached: plan <= 8,
    },
    {
      name: "rehearsal of one environment: deploy, second plan, destroy",
      value: rehearse,
      unit: "s",
      yardstick: { name: "its plan alone", value: plan },
      target: "at most 30 s",
      reached: rehearse <= 30,
    },
    {
      name: "start of the provider, its files read before",
      value: median(starts),
      repetitions: starts,
      unit: "s",
      yardstick: { name: "Node's own start", value: median(nodes), repetitions: nodes },
      target: "at most 0.3 s",
      reached: median(starts) <= 0.3,
    },
    ofMany("200", few, fewOfTerraform, 3),
    ofMany("2,000", lots, lotsOfTerraform, 15),
    {
      name: "memory of the provider with 2,000 resources",
      value: lots.peak,
      unit: "MB",
      yardstick: { name: "without a provider", value: lotsOfTerraform.peak },
      target: "at most 300 MB",
      reached: lots.peak <= 300,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
