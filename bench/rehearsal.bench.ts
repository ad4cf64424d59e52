import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
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

try {
  ours("ops/build-functions/command.ts");
  ours("main.ts");
  // The first plan derives the schemas; later ones read them from .cache.
  rehearsal("plan", "--summary");
  const empty = emptyStacks(7);
  const plan = rehearsal("plan", "--summary");
  const rehearse = rehearsal("rehearse", "--cdktf");
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
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
