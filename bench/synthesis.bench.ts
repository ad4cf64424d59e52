import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { nodeSeconds, report } from "./measure";

const folder = mkdtempSync(join(tmpdir(), "synthesis-"));
const { ENV, ...environment } = process.env;

/** Some runs, and the fastest of them, in seconds: what the machine can do when nothing else disturbs it. */
function seconds(runs: number, command: readonly string[], cwd = process.cwd()) {
  const env = { ...environment, CDKTF_OUTDIR: join(folder, "cdktf.out") };
  const repetitions = Array.from({ length: runs }, () => nodeSeconds(command, { cwd, env, extendEnv: false }));
  return { value: Math.min(...repetitions), repetitions };
}

/** The same program as `cdktf init` sets one up: CommonJS, run by ts-node, which checks types as it goes. */
function template(): string {
  const project = join(folder, "template");
  const rooms = ["config", "stacks", "constructs", "permissions", "dependencies", "runtime"];
  for (const part of ["main.ts", "cdktf.json", ".nvmrc", "build", ...rooms]) {
    cpSync(part, join(project, part), { recursive: true });
  }
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "template" }));
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2023"],
    module: "CommonJS",
    moduleResolution: "node",
    strict: true,
    exactOptionalPropertyTypes: true,
    esModuleInterop: true,
    skipLibCheck: true,
    resolveJsonModule: true,
    types: ["node"],
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "@platform"), { recursive: true });
  for (const name of readdirSync("node_modules").filter((name) => name !== "@platform")) {
    symlinkSync(resolve("node_modules", name), join(modules, name));
  }
  // CommonJS knows no conditions of exports: the one package that the stacks use is there by its source.
  const terraform = join(project, "packages", "terraform");
  cpSync("packages/terraform/src", join(terraform, "src"), { recursive: true });
  const main = "src/index.ts";
  writeFileSync(join(terraform, "package.json"), JSON.stringify({ name: "@platform/terraform", main, types: main }));
  symlinkSync(terraform, join(modules, "@platform", "terraform"));
  return project;
}

try {
  const ours = seconds(5, ["ops/run.mjs", "main.ts"]);
  const theirs = seconds(2, ["node_modules/ts-node/dist/bin.js", "main.ts"], template());
  const few = seconds(5, ["ops/run.mjs", "bench/synthesis-of-many.ts", "10"]);
  const many = seconds(5, ["ops/run.mjs", "bench/synthesis-of-many.ts", "200"]);
  report([
    {
      name: "synthesis of all environments",
      ...ours,
      unit: "s",
      yardstick: { name: "the same program under ts-node", ...theirs },
      target: "at most 1.3 s, and a third of ts-node",
      reached: ours.value <= 1.3 && theirs.value / ours.value >= 3,
    },
    {
      name: "synthesis with 200 services",
      ...many,
      unit: "s",
      yardstick: { name: "with 10 services", ...few },
      target: "ratio at most 25",
      reached: many.value / few.value <= 25,
    },
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
