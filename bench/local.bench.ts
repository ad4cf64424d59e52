import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../dependencies/free-port";
import { report } from "./measure";

mkdirSync(".cache", { recursive: true });
/** A copy of the source: one of its lines is changed. */
const tree = mkdtempSync(join(process.cwd(), ".cache/bench-local-"));
const parts = [
  "config",
  "contracts",
  "dependencies",
  "lambda",
  "local",
  "migrations",
  "ops",
  "packages",
  "runtime",
  "worker",
];
for (const name of [...parts, "package.json", ".nvmrc"]) cpSync(name, join(tree, name), { recursive: true });
symlinkSync(resolve("node_modules"), join(tree, "node_modules"));
const port = await freePort();

function cli(...words: string[]) {
  return spawn(process.execPath, ["ops/run.mjs", "local/cli.ts", ...words], {
    cwd: tree,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Seconds from the command to everything healthy. */
async function up(): Promise<{ seconds: number; stop(): Promise<void> }> {
  const begun = performance.now();
  const child = cli("up", "--port", String(port));
  const ended = once(child, "exit");
  const lines: string[] = [];
  await new Promise<void>((done, fail) => {
    createInterface(child.stdout).on("line", (line) => {
      lines.push(line);
      if (line.includes("The platform is up")) done();
    });
    child.once("exit", (code) => fail(new Error(`make up ended with ${code}:\n${lines.join("\n")}`)));
  });
  const seconds = (performance.now() - begun) / 1000;
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  if (!health.ok) throw new Error(`not healthy: ${await health.text()}`);
  return {
    seconds,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Seconds from a changed line of a service to its new process answering through the router. */
async function change(): Promise<number> {
  const before = await startOf("transactions");
  const begun = performance.now();
  appendFileSync(join(tree, "lambda/transactions/app.ts"), `\nglobalThis.name = "${begun}";\n`);
  for (;;) {
    const after = await startOf("transactions");
    if (after !== undefined && after !== before) break;
    await setTimeout(10);
  }
  return (performance.now() - begun) / 1000;
}

/** When the process of a service that is up came up, as the status page has it. */
async function startOf(service: string): Promise<number | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}/status`);
  const { services }: { services: { name: string; healthy: boolean; since?: number }[] } = JSON.parse(
    await answer.text(),
  );
  const found = services.find(({ name }) => name === service);
  return found?.healthy ? found.since : undefined;
}

try {
  const first = await up();
  await first.stop();
  const again = await up();
  const restarts: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) restarts.push(await change());
  await again.stop();
  const restart = Math.max(...restarts);
  report([
    {
      name: "first start: database made, migrated and filled",
      value: first.seconds,
      unit: "s",
      target: "90 s from a fresh clone, besides the package download",
      reached: first.seconds <= 90,
    },
    { name: "start from stopped", value: again.seconds, unit: "s", target: "6 s", reached: again.seconds <= 6 },
    {
      name: "changed line to new process answering",
      value: restart,
      repetitions: restarts,
      unit: "s",
      target: "1.5 s",
      reached: restart <= 1.5,
    },
  ]);
} finally {
  const down = cli("down");
  down.stdout.resume();
  await once(down, "exit");
  rmSync(tree, { recursive: true, force: true });
}
