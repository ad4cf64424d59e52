import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "./report";

const environment = "development";
const folder = mkdtempSync(join(tmpdir(), "rehearsal-bench-"));
const out = join(folder, "cdktf.out");

/** Seconds that a command takes. @throws when it fails */
function seconds(program: string, args: readonly string[], cwd = "."): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, CDKTF_OUTDIR: out, ENV: environment },
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stderr}`);
  return (performance.now() - started) / 1000;
}

const ours = (...args: string[]) => seconds(process.execPath, ["ops/run.mjs", ...args]);

/** What Terraform itself takes to start: as many stacks, with nothing in them and their state in a file. */
function emptyStacks(count: number): number {
  let total = 0;
  for (let index = 0; index < count; index++) {
    const stack = join(folder, `empty-${index}`);
    mkdirSync(stack);
    writeFileSync(join(stack, "main.tf.json"), "{}");
    total += seconds("terraform", ["init", "-input=false"], stack) + seconds("terraform", ["plan"], stack);
  }
  return total;
}

try {
  ours("ops/build-functions/command.ts");
  ours("main.ts");
  const picked = ["--stacks", `${environment}-*`, "state"];
  // The first plan derives the schemas; later ones read them from .cache.
  ours("packages/rehearsal/src/cli.ts", "plan", out, ...picked, "--summary");
  const empty = emptyStacks(5);
  const plan = ours("packages/rehearsal/src/cli.ts", "plan", out, ...picked, "--summary");
  const rehearse = ours("packages/rehearsal/src/cli.ts", "rehearse", out, ...picked);
  report([
    {
      name: "plan of one environment",
      value: plan,
      unit: "s",
      yardstick: { name: "terraform init and plan of five empty stacks", value: empty },
      target: "at most 15 s",
      reached: plan <= 15,
    },
    {
      name: "rehearsal of one environment: deploy, second plan, destroy",
      value: rehearse,
      unit: "s",
      yardstick: { name: "its plan alone", value: plan },
      target: "at most 90 s",
      reached: rehearse <= 90,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
