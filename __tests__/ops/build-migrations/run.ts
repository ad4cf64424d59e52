import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** In CodeBuild's order: https://docs.aws.amazon.com/codebuild/latest/userguide/view-build-details-phases.html */
const phases = ["install", "pre_build", "build", "post_build"] as const;

const phase = z.strictObject({
  "runtime-versions": z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  "on-failure": z.enum(["ABORT", "CONTINUE"]).optional(),
  commands: z.array(z.string()).default([]),
  finally: z.array(z.string()).default([]),
});
const buildspec = z.strictObject({
  version: z.literal(0.2),
  env: z.strictObject({ variables: z.record(z.string(), z.string()) }).optional(),
  phases: z.strictObject({
    install: phase.optional(),
    pre_build: phase.optional(),
    build: phase.optional(),
    post_build: phase.optional(),
  }),
});

export interface BuildRun {
  readonly succeeded: boolean;
  /** Exit code of the command that failed, or 0. */
  readonly exitCode: number;
  readonly output: string;
  readonly commands: readonly string[];
}

/** Runs the buildspec.yml of a folder as CodeBuild does: phase by phase, each command in a shell, the first failure ends its phase. */
export function runBuildspec(folder: string, env: Readonly<Record<string, string>>): BuildRun {
  const spec = buildspec.parse(parse(readFileSync(join(folder, "buildspec.yml"), "utf8")));
  const commands: string[] = [];
  let output = "";
  let exitCode = 0;
  const run = (command: string): boolean => {
    commands.push(command);
    const { status, stdout, stderr } = spawnSync("sh", ["-c", command], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...spec.env?.variables, ...env },
    });
    output += `${stdout}${stderr}`;
    if (status !== 0) exitCode ||= status ?? 1;
    return status === 0;
  };
  for (const name of phases) {
    const current = spec.phases[name];
    if (current === undefined) continue;
    const passed = current.commands.every(run);
    for (const command of current.finally) run(command);
    // Of a failed build the last phase still runs, unless it says otherwise; of any other failed phase nothing does.
    const goesOn = current["on-failure"] === "CONTINUE" || (name === "build" && current["on-failure"] !== "ABORT");
    if (!passed && !goesOn) break;
  }
  return { succeeded: exitCode === 0, exitCode, output, commands };
}
