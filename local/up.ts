import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pico from "picocolors";
import { startWatchdog } from "../dependencies/server";
import { bundleOnce } from "./bundle";
import type { PlatformStatus } from "./control-server";
import { isHealthCheck, LogFormat } from "./logs";
import { buildFolder, Platform, type PlatformOptions } from "./platform";
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
  const watchdog = await watchOver(options.folder);
  const interrupted = onSignal(() => {
    print(pico.dim("stopping everything; once more to stop at once"));
    void opened.stop();
  });
  try {
    await requireFreePort(options.port);
    if (opened.orphans.length > 0) print(`ended orphan processes of a killed run: ${opened.orphans.join(", ")}`);
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
    watchdog.kill("SIGKILL");
  }
}

/** Calls `stop` at the first signal and ends this process at a second Ctrl-C: the watchdog ends the rest. */
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

/** When this process ends without having stopped the others, the watchdog ends them. It needs no source: that may be half-edited then. */
async function watchOver(folder: string): Promise<ChildProcess> {
  const program = await bundleOnce("end-orphans", "local/end-orphans.ts", buildFolder(folder));
  return startWatchdog([process.execPath, program, folder, String(process.pid)]);
}

function welcome(
  { url }: PlatformStatus,
  { services, shell, inspect }: PlatformOptions,
  print: (line: string) => void,
): void {
  print("");
  print(`  ${pico.bold("The platform is up")}  ${pico.cyan(pico.underline(url))}`);
  for (const service of services) {
    if (service.kind === "http")
      print(
        `  ${service.name.padEnd(16)} ${url}${service.path}  ${pico.dim(`${url}/console/reference/${service.name}`)}`,
      );
  }
  for (const { name } of services.filter(({ uses }) => uses.includes("callers"))) {
    print(`\n  ${shell.CALLERS_ISSUER ? closed(name, shell.CALLERS_ISSUER) : open(name)}`);
  }
  if (inspect !== undefined) {
    print(`\n  ${inspect.service} takes a debugger at ${pico.bold(`127.0.0.1:${inspect.port}`)} (docs/local.md#debug)`);
  }
  for (const { entry } of services) {
    const example = join(entry, "example.sh");
    if (!existsSync(example)) continue;
    const lines = readFileSync(example, "utf8").trimEnd().replaceAll("$URL", url).split("\n");
    print("");
    for (const line of lines) print(`  ${line.startsWith("#") ? pico.dim(line) : line}`);
  }
  print(
    `\n  ${pico.dim("Ctrl-C or make down stops everything; make ps, make logs SERVICE=..., make scale WORKERS=5")}\n`,
  );
}

const closed = (name: string, issuer: string) => `${name} asks for tokens of ${issuer}`;

const open = (name: string) =>
  `${pico.yellow(`${name} is open to everybody on this machine`)}; to close it: ${pico.bold(
    "make up CALLERS_ISSUER=https://your.issuer CALLERS_AUDIENCE=https://your.api",
  )}`;
