import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { join, resolve } from "node:path";
import type { Service, WorkerService } from "../config/service";
import { ControlClient } from "./control-client";
import { type Controlled, listenForControl, type PlatformStatus, removeControlSocket } from "./control-server";
import { Logs } from "./logs";
import { endOrphans, ProcessRecord } from "./orphans";
import { Sources } from "./sources";
import { type Inspect, planStartup, type Startup } from "./startup";
import { type Failure, runSteps } from "./steps";
import { type Supervision, Supervisor } from "./supervisor/supervisor";

export interface PlatformOptions {
  readonly services: readonly Service[];
  /** Folder of everything that is kept: data, logs, secrets, the control socket. */
  readonly folder: string;
  /** Of the router, on 127.0.0.1. */
  readonly port: number;
  /** Processes of each worker service. */
  readonly workers: number;
  /** The environment of whoever started it; little of it reaches the services. */
  readonly shell: NodeJS.ProcessEnv;
  readonly supervision?: Supervision;
  /** The service that a debugger can be attached to. @default none */
  readonly inspect?: Inspect | undefined;
}

/** Where the bundles are. */
export const buildFolder = (folder: string) => join(resolve(folder), "build");

/** The whole platform on this machine. One runs in a folder at a time. */
export class Platform implements Controlled {
  readonly logs: Logs;
  /** Processes of an earlier run that was killed, ended now. */
  readonly orphans: readonly string[];
  readonly #options: PlatformOptions;
  readonly #supervisor: Supervisor;
  readonly #sources: Sources;
  readonly #since = Date.now();
  readonly #restarting = new Map<string, Promise<void>>();
  #startup: Startup | undefined;
  #control: Server | undefined;
  #workers: number;
  #stopped: Promise<void> | undefined;
  #announceStop: () => void = () => {};
  /** Resolves when somebody, a signal or `make down`, has had everything stopped. */
  readonly stopped = new Promise<void>((done) => {
    this.#announceStop = done;
  });

  /** Takes the folder for this process. Resolves with the other's status where a platform runs in it already. */
  static async open(options: PlatformOptions): Promise<Platform | PlatformStatus> {
    const { folder } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(buildFolder(folder), { recursive: true });
    const running = await new ControlClient(folder).find();
    if (running) return running;
    removeControlSocket(folder);
    const orphans = await endOrphans(folder);
    const platform = new Platform(options, orphans);
    platform.#control = await listenForControl(folder, platform);
    if (platform.#control) return platform;
    return new ControlClient(folder).status();
  }

  private constructor(options: PlatformOptions, orphans: readonly string[]) {
    const { folder, supervision, workers } = options;
    this.#options = options;
    this.#workers = workers;
    this.orphans = orphans;
    this.logs = new Logs(folder);
    this.#supervisor = new Supervisor(this.logs, new ProcessRecord(folder), supervision);
    this.#sources = new Sources({
      folder: buildFolder(folder),
      onChange: (name) => this.#reload(name),
      onFault: (name, reason) => this.logs.of(name)(`the change does not build, the old code runs on: ${reason}`),
    });
  }

  /** Starts everything; returns what failed. After a critical failure nothing of use runs: stop then. */
  async start(): Promise<readonly Failure[]> {
    this.#startup = await planStartup({
      ...this.#options,
      supervisor: this.#supervisor,
      sources: this.#sources,
      logs: this.logs,
    });
    const failures = await runSteps(this.#startup.steps);
    this.#sources.watch();
    return failures;
  }

  status(): PlatformStatus {
    return {
      url: `http://localhost:${this.#options.port}`,
      pid: process.pid,
      since: this.#since,
      programs: this.#supervisor.statuses.map((status) => {
        const version = this.#sources.version(status.group);
        const fault = this.#sources.fault(status.group);
        return { ...status, ...(version !== undefined && { version }), ...(fault !== undefined && { fault }) };
      }),
    };
  }

  /** Starts or drains workers until there are that many of each worker service. */
  async scale(workers: number): Promise<void> {
    if (!Number.isInteger(workers) || workers < 0 || workers > 64) {
      throw new Error(`WORKERS must be a whole number from 0 to 64, got ${workers}`);
    }
    const startup = this.#startup;
    if (startup === undefined) throw new Error("the platform is still starting");
    const [before, after] = [this.#workers, workers];
    this.#workers = after;
    const isWorker = (service: Service): service is WorkerService => service.kind === "worker";
    const changes = this.#options.services
      .filter(isWorker)
      .flatMap((service) => [
        ...numbers(before + 1, after).map((number) => this.#supervisor.start(startup.worker(service, number))),
        ...numbers(after + 1, before).map((number) => this.#supervisor.remove(`${service.name}-${number}`)),
      ]);
    await Promise.all(changes);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  async #stopAll(): Promise<void> {
    await this.#supervisor.stop();
    await this.#sources.close();
    await this.logs.close();
    this.#announceStop();
  }

  /** Lets go of the folder, once whoever asked for the stop has had the answer. */
  release(): void {
    this.#control?.close();
    this.#control?.closeIdleConnections();
  }

  /** One restart of a service after another: two quick saves of a file must not start it twice. */
  #reload(name: string): void {
    const before = this.#restarting.get(name) ?? Promise.resolve();
    const log = this.logs.of(name);
    const next = before
      .then(() => {
        log("source changed: restarting");
        return this.#supervisor.restart(name);
      })
      .catch((error: unknown) => log(`not restarted: ${error instanceof Error ? error.message : error}`));
    this.#restarting.set(name, next);
  }
}

/** The whole numbers from one to another, none when the second is less. */
const numbers = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
