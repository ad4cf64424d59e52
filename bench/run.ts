import { readdirSync } from "node:fs";
import { execaSync } from "execa";

const usage = "usage: make bench [ONLY=name]   runs bench/*.bench.ts one after the other\n";
const only = process.argv[2];
const programs = readdirSync("bench").filter((file) => file.endsWith(".bench.ts"));
const chosen = programs.filter((file) => only === undefined || file.includes(only));
if (only === "--help" || chosen.length === 0) {
  process.stderr.write(`${usage}known: ${programs.map((file) => file.replace(".bench.ts", "")).join(", ")}\n`);
  process.exit(only === "--help" ? 0 : 1);
}

let failed = 0;
for (const program of chosen) {
  process.stdout.write(`\n# ${program.replace(".bench.ts", "")}\n`);
  const { failed: ended } = execaSync(process.execPath, ["ops/run.mjs", `bench/${program}`], {
    stdio: "inherit",
    reject: false,
  });
  if (ended) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
