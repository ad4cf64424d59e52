import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { ending, type Running } from "../../dependencies/server";
import type { Program } from "./program";

export interface NodeProgramOptions {
  readonly name: string;
  /** @default the name */
  readonly group?: string;
  readonly kind: Program["kind"];
  /** The bundle to run. */
  readonly file: string;
  /** Its whole environment: nothing of this process's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it answers, for those who ask what runs. */
  readonly port?: number;
  /**
   * How it shows that it works. `health`: `GET /health` on its port answers 200. `message`: it says `process.send("ready")`,
   * as it would to PM2 (https://pm2.keymetrics.io/docs/usage/signals-clean-restart/).
   * @default health where there is a port
   */
  readonly readiness?: "health" | "message";
  /** Milliseconds to come up. @default 20000 */
  readonly startLimit?: number;
  /** Milliseconds to drain after SIGTERM, before SIGKILL. @default 12000: the services themselves give requests 10 s */
  readonly drainLimit?: number;
}

/** A Node program as a process of its own, in a session of its own: Ctrl-C reaches the supervisor alone, which drains. */
export function nodeProgram(options: NodeProgramOptions): Program {
  const {
    name,
    group = name,
    kind,
    file,
    environment,
    port,
    readiness,
    startLimit = 20_000,
    drainLimit = 12_000,
  } = options;
  return {
    name,
    group,
    kind,
    start: async ({ log, spawned, signal }) => {
      const child = spawn(process.execPath, ["--enable-source-maps", file], {
        env: environment,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        detached: true,
      });
      const running = await handle(child, { log, drainLimit, ...(port === undefined ? {} : { port }) });
      spawned(running.pid);
      const settled = new AbortController();
      const waiting = AbortSignal.any([signal, settled.signal]);
      const ready = port === undefined || readiness === "message" ? saysReady(child) : answersHealth(port, waiting);
      const late = setTimeout(startLimit, `not ready after ${startLimit / 1000} s`, { signal: waiting });
      const refusal = await Promise.race([ready, running.exited, late.catch(() => "stopped while it started")]);
      settled.abort();
      if (refusal === undefined) return running;
      await running.kill();
      throw new Error(refusal);
    },
  };
}

interface HandleOptions {
  readonly log: (line: string) => void;
  readonly drainLimit: number;
  readonly port?: number;
}

async function handle(child: ChildProcess, { log, drainLimit, port }: HandleOptions): Promise<Running> {
  // `close` comes after the last line of output, `exit` may come before it.
  const exited = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => resolve(ending(code, signal)));
  });
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on("line", log);
  if (child.pid === undefined) {
    const [cause] = await once(child, "error");
    throw new Error(`cannot start ${process.execPath}`, { cause });
  }
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return {
    pid: child.pid,
    ...(port === undefined ? {} : { port }),
    exited,
    kill: () => end("SIGKILL"),
    stop: async () => {
      const abort = new AbortController();
      const late = setTimeout(drainLimit, "late", { signal: abort.signal }).catch(() => "ended");
      child.kill("SIGTERM");
      if ((await Promise.race([exited, late])) === "late") {
        log(`did not drain within ${drainLimit / 1000} s: killed`);
        await end("SIGKILL");
      }
      abort.abort();
    },
  };
}

function saysReady(child: ChildProcess): Promise<undefined> {
  return new Promise((resolve) => {
    child.on("message", (message) => {
      if (message === "ready") resolve(undefined);
    });
  });
}

/** Asks until the answer is 200: a service has no other way to tell, and 20 ms is below what a person sees. */
async function answersHealth(port: number, signal: AbortSignal): Promise<undefined> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return undefined;
    // Nobody waits for an aborted question: it stays open, as an event that never comes.
    await setTimeout(20, undefined, { signal }).catch(() => new Promise(() => {}));
  }
}
