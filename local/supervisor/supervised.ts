import { setTimeout } from "node:timers/promises";
import type { Running } from "../../dependencies/server";
import type { Program } from "./node-program";

export type State = "stopped" | "starting" | "running" | "waiting" | "failed" | "stopping";

/** What `make ps` and the status page show of a program. */
export interface Status {
  readonly name: string;
  readonly group: string;
  readonly kind: Program["kind"];
  readonly state: State;
  readonly pid?: number;
  readonly port?: number;
  readonly socket?: string;
  /** When its present process came up, milliseconds since the epoch. */
  readonly since?: number;
  /** How often it was started again after it ended by itself. */
  readonly restarts: number;
  /** How its last process ended, when that was not asked for. */
  readonly reason?: string;
  /** Why it is still starting after some seconds, as far as it can be seen. */
  readonly slow?: string;
  /** The latest ends that were not asked for, the newest first. */
  readonly exits: readonly Exit[];
}

/** An end of a process that nobody asked for. */
export interface Exit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: string;
}

/** Ends that are remembered. */
const rememberedExits = 10;

export interface SupervisionOptions {
  /** Milliseconds before the first restart; doubles with each quick crash in a row. @default 200 */
  readonly backOff?: number;
  /** A process that lived at least this many milliseconds did not crash quickly. @default 10000 */
  readonly steadyAfter?: number;
  /** Quick crashes in a row after which it is left alone. @default 5 */
  readonly quickCrashes?: number;
  readonly log: (line: string) => void;
  /** Called with each process that is made: orphan processes are found by it. */
  readonly onProcess: (name: string, pid: number) => void;
}

/** Keeps one program running: starts it again when it ends, ever more slowly, and gives up after some quick crashes. */
export class Supervised {
  readonly #program: Program;
  readonly #options: Required<SupervisionOptions>;
  #state: State = "stopped";
  #running: Running | undefined;
  #since: number | undefined;
  #restarts = 0;
  #crashes = 0;
  #reason: string | undefined;
  #exits: readonly Exit[] = [];
  #slow: string | undefined;
  #onSlow: (why: string) => void = () => {};
  /** Aborted to end the present life of the program: a back-off is cut short, an exit is no crash. */
  #life = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(program: Program, options: SupervisionOptions) {
    this.#program = program;
    this.#options = { backOff: 200, steadyAfter: 10_000, quickCrashes: 5, ...options };
  }

  get status(): Status {
    return {
      name: this.#program.name,
      group: this.#program.group,
      kind: this.#program.kind,
      state: this.#state,
      ...(this.#running && { pid: this.#running.pid }),
      ...(this.#running?.port !== undefined && { port: this.#running.port }),
      ...(this.#running?.socket !== undefined && { socket: this.#running.socket }),
      ...(this.#since !== undefined && { since: this.#since }),
      restarts: this.#restarts,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      ...(this.#slow !== undefined && { slow: this.#slow }),
      exits: this.#exits,
    };
  }

  /**
   * Resolves when the program works for the first time; rejects when it was given up before that.
   * @param onSlow hears why it takes long
   */
  start(onSlow: (why: string) => void = () => {}): Promise<void> {
    this.#onSlow = onSlow;
    this.#life = new AbortController();
    this.#crashes = 0;
    this.#reason = undefined;
    return new Promise((resolve, reject) => {
      this.#ended = this.#live(this.#life.signal, resolve).then(reject);
    });
  }

  /** Drains the program and keeps it down; one that is still starting is killed. */
  async stop(): Promise<void> {
    if (this.#state !== "failed") this.#state = "stopping";
    this.#life.abort();
    await this.#running?.stop();
    await this.#ended;
    this.#state = "stopped";
  }

  /** Drains the present process and starts the next; resolves when that works. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** One life, from the first start until it is stopped or given up; resolves with why it ended. */
  async #live(stopped: AbortSignal, works: () => void): Promise<Error> {
    while (!stopped.aborted) {
      const began = Date.now();
      const reason = await this.#run(stopped, works);
      if (stopped.aborted) break;
      this.#reason = reason;
      this.#exits = [{ at: Date.now(), reason }, ...this.#exits].slice(0, rememberedExits);
      this.#crashes = Date.now() - began < this.#options.steadyAfter ? this.#crashes + 1 : 1;
      if (this.#crashes >= this.#options.quickCrashes) {
        this.#state = "failed";
        this.#options.log(`ended (${reason}) ${this.#crashes} times in a row soon after its start: given up`);
        return new Error(reason);
      }
      const delay = this.#options.backOff * 2 ** (this.#crashes - 1);
      this.#state = "waiting";
      this.#options.log(`ended (${reason}); starts again in ${delay / 1000} s`);
      await setTimeout(delay, undefined, { signal: stopped }).catch(() => {});
      if (!stopped.aborted) this.#restarts += 1;
    }
    return new Error("stopped");
  }

  /** Runs one process to its end; resolves with how it ended. */
  async #run(stopped: AbortSignal, works: () => void): Promise<string> {
    const { log, onProcess } = this.#options;
    this.#state = "starting";
    try {
      const spawned = (pid: number) => onProcess(this.#program.name, pid);
      const slow = (why: string) => {
        this.#slow = why;
        this.#onSlow(why);
      };
      const running = await this.#program.start({ log, spawned, slow, signal: stopped });
      this.#running = running;
      this.#slow = undefined;
      this.#since = Date.now();
      if (stopped.aborted) await running.stop();
      else this.#state = "running";
      works();
      return await running.exited;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      this.#running = undefined;
      this.#since = undefined;
      this.#slow = undefined;
    }
  }
}
