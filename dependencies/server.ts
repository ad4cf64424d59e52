import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/** A server process that runs on this machine. */
export interface Running {
  readonly pid: number;
  /** TCP port of 127.0.0.1 it answers on, where it has one. */
  readonly port?: number;
  /** Unix socket it answers on instead. */
  readonly socket?: string;
  /** Resolves, with how it ended in a few words (`exit code 3`, `SIGKILL`), when the process is gone. */
  readonly exited: Promise<string>;
  /** Asks it to finish what it has begun and end; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL, as a machine's crash would. */
  kill(): Promise<void>;
}

/** What whoever keeps a server running hands to it at each start. */
export interface Start {
  /** Takes each line the process writes. */
  readonly log: (line: string) => void;
  /** Called as soon as there is a process, long before it works. */
  readonly spawned: (pid: number) => void;
  /** Aborted when the server is not wanted any more. */
  readonly signal: AbortSignal;
  /** Called, with what is known of why, when it takes long to come up. */
  readonly slow: (why: string) => void;
}

export interface ServerOptions extends Partial<Start> {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Its whole environment: nothing of this process's own is inherited. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whom it runs as. @default the user of this process */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly port?: number | undefined;
  readonly socket?: string | undefined;
  /**
   * How it shows that it works: it writes a line with this text, or it says `process.send("ready")`, as it would to PM2
   * (https://pm2.keymetrics.io/docs/usage/signals-clean-restart/).
   */
  readonly readiness: { readonly line: string } | "message";
  /** What asks it to stop. @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds to come up. @default 600000 */
  readonly startLimit?: number;
  /** Milliseconds after which a server that is not up counts as slow. @default 5000 */
  readonly slowAfter?: number;
  /** Milliseconds to drain after the stop signal, before SIGKILL. @default 600000 */
  readonly drainLimit?: number;
}

/** Why a server did not start: how its process ended, or that it took too long. */
export class NotStarted extends Error {
  constructor(
    reason: string,
    /** What it wrote last. */
    readonly lastLines: string,
  ) {
    super(reason);
  }
}

/**
 * Starts a server in a session of its own, so that Ctrl-C reaches this process alone, which then stops the server in
 * order. Resolves when it works; rejects with `NotStarted`, and leaves no process, when it does not come that far, or
 * with Node's own error when there is no such program.
 */
export async function startServer(options: ServerOptions): Promise<Running> {
  const {
    command,
    environment,
    user,
    readiness,
    log,
    spawned,
    signal,
    startLimit = 600_000,
    slowAfter = 5_000,
  } = options;
  const [program = "", ...words] = command;
  const child = spawn(program, words, {
    env: environment,
    stdio: ["ignore", "pipe", "pipe", ...(readiness === "message" ? ["ipc" as const] : [])],
    detached: true,
    ...user,
  });
  if (child.pid === undefined) throw await failure(child);
  // `close` comes after the last line of output, `exit` may come before it.
  const exited = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  spawned?.(child.pid);
  const running = handle(child, child.pid, exited, options);
  const settled = new AbortController();
  const waiting = AbortSignal.any([settled.signal, ...(signal ? [signal] : [])]);
  const lastLines: string[] = [];
  const ready = new Promise<undefined>((resolve) => {
    const read = (line: string) => {
      log?.(line);
      lastLines.splice(0, lastLines.length - 4);
      lastLines.push(line);
      if (typeof readiness === "object" && line.includes(readiness.line)) resolve(undefined);
    };
    // Read to the end, ready or not: a full pipe would stop the server.
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", read);
    child.on("message", (message) => message === "ready" && resolve(undefined));
  });
  setTimeout(slowAfter, undefined, { signal: waiting }).then(
    () => {
      const why = `not ready after ${slowAfter / 1000} s: ${whatItWaitsFor(options, lastLines)}`;
      log?.(why);
      options.slow?.(why);
    },
    () => {},
  );
  const late = setTimeout(startLimit, `not ready after ${startLimit / 1000} s`, { signal: waiting });
  const refusal = await Promise.race([ready, exited, late.catch(() => "stopped while it started")]);
  settled.abort();
  if (refusal === undefined) return running;
  await running.kill();
  throw new NotStarted(refusal, lastLines.join(" | "));
}

/** What can be seen of a process that has not said that it works. */
function whatItWaitsFor({ readiness, socket }: ServerOptions, lastLines: readonly string[]): string {
  const sign = typeof readiness === "object" ? `a line with "${readiness.line}"` : 'process.send("ready")';
  const listens = socket === undefined || existsSync(socket) ? "" : `, does not listen on ${socket}`;
  const said = lastLines.length === 0 ? "it has written nothing" : `it wrote last: ${lastLines.join(" | ")}`;
  return `its process runs${listens} and has not said so by ${sign}; ${said}`;
}

async function failure(child: ChildProcess): Promise<unknown> {
  const [error] = await once(child, "error");
  return error;
}

function handle(
  child: ChildProcess,
  pid: number,
  exited: Promise<string>,
  { port, socket, log, stopSignal = "SIGTERM", drainLimit = 600_000 }: ServerOptions,
): Running {
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    pid,
    ...(port === undefined ? {} : { port }),
    ...(socket === undefined ? {} : { socket }),
    exited,
    kill,
    stop: async () => {
      const drained = new AbortController();
      const late = setTimeout(drainLimit, "late", { signal: drained.signal }).catch(() => "ended");
      child.kill(stopSignal);
      if ((await Promise.race([exited, late])) === "late") {
        log?.(`did not drain within ${drainLimit / 1000} s: killed`);
        await kill();
      }
      drained.abort();
    },
  };
}

/**
 * A shell that waits on a pipe of this process. The pipe closes when this process ends, even by SIGKILL, and the shell
 * then runs the command. Whoever ends in order kills the watchdog.
 */
export const startWatchdog = (command: readonly string[]): ChildProcess =>
  spawn("/bin/sh", ["-c", 'read -r _; "$@"', "watchdog", ...command], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
