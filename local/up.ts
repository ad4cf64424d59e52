import { spawn } from "node:child_process";
import pico from "picocolors";
import type { PlatformStatus } from "./control-server";
import { isHealthCheck, LogFormat } from "./logs";
import { Platform, type PlatformOptions } from "./platform";
import { requireFreePort } from "./port-holder";

/**
 * Runs the platform in the foreground until a signal or `make down` stops it. Returns the exit code. Throws in a sentence
 * what keeps it from starting.
 */
export async function up(options: PlatformOptions, print: (line: string) => void): Promise<number> {
  const opened = await Platform.open(options);
  if (!(opened instanceof Platform)) {
    print(`the platform is running already, at ${pico.bold(opened.url)} (make ps, make logs, make down)`);
    return 0;
  }
  const lifeline = holdLifeline(options.folder);
  const interrupted = onSignal(() => {
    print(pico.dim("stopping everything; once more to stop at once"));
    void opened.stop();
  });
  try {
    await requireFreePort(options.port);
    if (opened.leftovers.length > 0) print(`ended what a killed run left: ${opened.leftovers.join(", ")}`);
    const failures = await opened.start();
    for (const { title, reason } of failures) print(`${pico.red(`${title} failed`)}: ${reason}`);
    if (failures.some(({ critical }) => critical) && !interrupted.aborted) return 1;
    if (!interrupted.aborted) {
      welcome(opened.status(), options, print);
      const format = new LogFormat(opened.status().programs);
      opened.logs.on("line", (line) => {
        if (!isHealthCheck(line)) print(format.format(line));
      });
    }
    await opened.stopped;
    print("stopped");
    return 0;
  } finally {
    await opened.stop();
    opened.release();
    lifeline.kill("SIGKILL");
  }
}

/** Calls `stop` at the first signal and ends this process at a second Ctrl-C: the lifeline ends the rest. */
function onSignal(stop: () => void): AbortSignal {
  const first = new AbortController();
  const handle = (name: NodeJS.Signals) => {
    // A SIGTERM comes twice at times: from whoever stops make, and from make.
    if (first.signal.aborted && name === "SIGINT") process.exit(130);
    if (first.signal.aborted) return;
    first.abort();
    stop();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, handle);
  return first.signal;
}

/**
 * A shell that reads a pipe of this process. The pipe closes when this process ends, even by SIGKILL, and the shell then
 * ends what is left.
 */
function holdLifeline(folder: string) {
  const command = [process.execPath, "ops/run.mjs", "local/cli.ts", "end-leftovers"];
  const words = [...command, "--folder", folder, "--of", String(process.pid)];
  return spawn("/bin/sh", ["-c", 'read -r _; exec "$@"', "lifeline", ...words], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
}

function welcome({ url }: PlatformStatus, { services }: PlatformOptions, print: (line: string) => void): void {
  print("");
  print(`  ${pico.bold("The platform is up")}  ${pico.cyan(pico.underline(url))}`);
  for (const service of services) {
    if (service.kind === "http") print(`  ${service.name.padEnd(16)} ${url}${service.path}/docs`);
  }
  print(`  ${"queues".padEnd(16)} ${url}/queues`);
  const names = new Set(services.map(({ name }) => name));
  if (names.has("authentication") && names.has("transactions")) {
    print(`\n  ${pico.dim("# a token, valid for 30 seconds, and a transaction with it")}`);
    print(
      `  TOKEN=$(curl -s ${url}/authentication/token -d username=alice -d password=password | sed 's/.*"token":"//; s/".*//')`,
    );
    print(`  curl ${url}/transactions -d token=$TOKEN -d amount=2000 -d currency=GBP`);
  }
  print(
    `\n  ${pico.dim("Ctrl-C or make down stops everything; make ps, make logs SERVICE=..., make scale WORKERS=5")}\n`,
  );
}
