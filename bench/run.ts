import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execaSync } from "execa";
import { Failure } from "../runtime/failure";
import { verdict } from "./comparison";
import { Figure, keep, type Run, readHistory } from "./history";
import { historyFile, thisMachine } from "./machine";

const usage = "usage: make bench [ONLY=name]   runs bench/*.bench.ts one after the other\n";
const only = process.argv[2];
const programs = readdirSync("bench").filter((file) => file.endsWith(".bench.ts"));
const names = programs.map((file) => file.replace(".bench.ts", ""));
const chosen = names.filter((name) => only === undefined || name.includes(only));
if (only === "--help" || chosen.length === 0) {
  process.stderr.write(`${usage}known: ${names.join(", ")}\n`);
  process.exit(only === "--help" ? 0 : 1);
}

/** Runs the programs and says how many failed, and what all of them measured. */
function measured(): { readonly failed: number; readonly figures: readonly Figure[] } {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "figures.jsonl");
  try {
    const failed = chosen.filter((name) => {
      process.stdout.write(`\n# ${name}\n`);
      const env = { BENCH_FIGURES: file, BENCH_NAME: name };
      const command = ["ops/run.mjs", `bench/${name}.bench.ts`];
      return execaSync(process.execPath, command, { stdio: "inherit", reject: false, env }).failed;
    }).length;
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    return { failed, figures: lines.map((line) => Figure.parse(JSON.parse(line))) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The commit, with a plus when the source is not the commit's. */
function source(): string {
  const git = (...words: readonly string[]) => execaSync("git", words).stdout;
  return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : "+"}`;
}

try {
  const machine = thisMachine();
  const file = historyFile(machine);
  // Before minutes of measuring: a file that cannot be read is left for its owner.
  const earlier = readHistory(file, machine);
  const { failed, figures } = measured();
  if (figures.length === 0) throw new Failure("nothing was measured: nothing is kept");
  const run: Run = { commit: source(), date: new Date().toISOString(), machine, figures: [...figures] };
  process.stdout.write(`\n# compared with the last run on this machine\n${verdict(run, earlier).join("\n")}\n`);
  keep(file, run);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
