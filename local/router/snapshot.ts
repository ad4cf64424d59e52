import type { Queue } from "bullmq";
import type { ControlClient } from "../control-client";
import type { PlatformStatus } from "../control-server";
import type { Exit } from "../supervisor/supervised";
import { createReach } from "./reach";
import type { Upstream } from "./routes";

/** A service as the console shows it. */
export interface ServiceSnapshot {
  readonly name: string;
  readonly description: string;
  readonly kind: "http" | "worker" | "events" | "dependency" | "router";
  /** Prefix at the router, for http services. */
  readonly path?: string;
  readonly healthy: boolean;
  /** One word for people: up, down, starting, failed... */
  readonly state: string;
  /** Hash of the code that runs. */
  readonly version?: string;
  /** When its oldest present process came up, milliseconds since the epoch. */
  readonly since?: number;
  readonly restarts: number;
  /** Of a worker: how many run, and how many should. */
  readonly processes?: { readonly running: number; readonly wanted: number };
  /** How the last process that was not asked to end did end. */
  readonly reason?: string;
  /** Why it is still starting after some seconds. */
  readonly slow?: string;
  /** Why its source does not build; the code before it runs on. */
  readonly fault?: string;
  /** The latest ends that were not asked for, newest first. */
  readonly exits?: readonly (Exit & { readonly process: string })[];
}

export interface QueueSnapshot {
  readonly name: string;
  /** Jobs by state, or nothing when Redis did not answer. */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface Snapshot {
  readonly healthy: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly since?: number;
  readonly services: readonly ServiceSnapshot[];
  readonly queues: readonly QueueSnapshot[];
}

/** What is asked for a snapshot. */
export interface SnapshotSources {
  readonly upstreams: readonly Upstream[];
  /** Services that answer no requests. */
  readonly workers: readonly {
    readonly name: string;
    readonly description: string;
    readonly kind: "worker" | "events";
  }[];
  /** The supervisor, where there is one: containers have their own. */
  readonly control?: ControlClient;
  readonly queues: () => Promise<readonly Queue[]>;
}

/** Milliseconds to answer a question about health: a process that hangs counts as down. */
const patience = 1_000;

/** Asks everything once, side by side: it takes as long as the slowest, at most a second. */
export async function takeSnapshot({ upstreams, workers, control, queues }: SnapshotSources): Promise<Snapshot> {
  const [platform, health, depths] = await Promise.all([
    control?.find().catch(() => undefined),
    Promise.all(upstreams.map(({ url }) => isHealthy(url))),
    queues().then((all) => Promise.all(all.map(depth))),
  ]);
  const http = upstreams.map(({ name, description, path }, index) =>
    describe({ name, description, kind: "http", path }, platform, health[index] === true),
  );
  const idle = workers.map((worker) => describe(worker, platform));
  const others = (platform?.programs ?? [])
    .filter(({ kind }) => kind === "dependency")
    .map(({ name }) => describe({ name, description: "", kind: "dependency" }, platform));
  const services = [...http, ...idle, ...others];
  return {
    healthy: services.every(({ healthy }) => healthy),
    at: Date.now(),
    ...(platform && { since: platform.since }),
    services,
    queues: depths,
  };
}

async function depth(queue: Queue): Promise<QueueSnapshot> {
  const counts = await soon(queue.getJobCounts("waiting", "active", "delayed", "failed"));
  return { name: queue.name, ...(counts && { counts }) };
}

type Known = Pick<ServiceSnapshot, "name" | "description" | "kind" | "path">;

/** Joins what the supervisor knows with what the service itself answered, where it can be asked. */
function describe(known: Known, platform: PlatformStatus | undefined, answered?: boolean): ServiceSnapshot {
  const programs = platform?.programs.filter(({ group }) => group === known.name) ?? [];
  const running = programs.filter(({ state }) => state === "running");
  const healthy = answered ?? (running.length > 0 && running.length === programs.length);
  const odd = programs.find(({ state }) => state !== "running");
  const since = Math.min(...running.flatMap((program) => program.since ?? []));
  const version = programs.find((program) => program.version !== undefined)?.version;
  const reason = programs.find((program) => program.reason !== undefined)?.reason;
  const slow = programs.find((program) => program.slow !== undefined)?.slow;
  const fault = programs.find((program) => program.fault !== undefined)?.fault;
  const exits = programs
    .flatMap(({ name: process, exits }) => exits.map((exit) => ({ ...exit, process })))
    .sort((one, other) => other.at - one.at);
  return {
    ...known,
    healthy,
    state: healthy ? "up" : (odd?.state ?? "down"),
    restarts: programs.reduce((sum, program) => sum + program.restarts, 0),
    ...(Number.isFinite(since) && { since }),
    ...(version !== undefined && { version }),
    ...(reason !== undefined && { reason }),
    ...(slow !== undefined && { slow }),
    ...(fault !== undefined && { fault }),
    ...(exits.length > 0 && { exits }),
    ...(known.kind === "worker" && { processes: { running: running.length, wanted: programs.length } }),
  };
}

const reach = createReach({ connect: { timeout: patience } });

async function isHealthy(url: string): Promise<boolean> {
  const { origin, agent } = reach(url);
  try {
    const signal = AbortSignal.timeout(patience);
    const { statusCode, body } = await agent.request({ origin, path: "/health", method: "GET", signal });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}

function soon<T>(answer: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => resolve(undefined), patience);
    answer.then(resolve, () => resolve(undefined)).finally(() => clearTimeout(limit));
  });
}
