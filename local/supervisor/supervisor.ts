import type { Logs } from "../logs";
import type { ProcessRecord } from "../orphans";
import type { Program } from "./node-program";
import { type Status, Supervised, type SupervisionOptions } from "./supervised";

/** Whoever calls others stops before them: no request or job is left with nobody to answer it. */
const stopOrder: readonly Program["kind"][] = ["router", "http", "events", "worker", "dependency"];

export type Supervision = Pick<SupervisionOptions, "backOff" | "steadyAfter" | "quickCrashes">;

/** Keeps everything that runs here running. */
export class Supervisor {
  readonly #programs = new Map<string, Supervised>();
  readonly #logs: Logs;
  readonly #record: ProcessRecord;
  readonly #supervision: Supervision;
  #stopping = false;

  constructor(logs: Logs, record: ProcessRecord, supervision: Supervision = {}) {
    this.#logs = logs;
    this.#record = record;
    this.#supervision = supervision;
  }

  /**
   * Starts a program and keeps it running; resolves when it works, rejects with the reason when it was given up.
   * @param onSlow hears why it takes long
   */
  async start(program: Program, onSlow?: (why: string) => void): Promise<void> {
    if (this.#stopping) throw new Error("the platform is being stopped");
    const supervised = new Supervised(program, {
      ...this.#supervision,
      log: this.#logs.of(program.name, program.group),
      onProcess: (name, pid) => this.#record.add(name, pid),
    });
    this.#programs.set(program.name, supervised);
    await supervised.start(onSlow);
  }

  /** Drains one program and forgets it. */
  async remove(name: string): Promise<void> {
    await this.#programs.get(name)?.stop();
    this.#programs.delete(name);
  }

  /** Drains every process of a service and starts it anew; resolves when all work again. */
  async restart(group: string): Promise<void> {
    await Promise.all(this.#of(({ status }) => status.group === group).map((supervised) => supervised.restart()));
  }

  /** Drains everything, callers before those they call. Nothing starts after this. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const kind of stopOrder) {
      await Promise.all(this.#of(({ status }) => status.kind === kind).map((supervised) => supervised.stop()));
    }
  }

  get statuses(): readonly Status[] {
    return this.#of(() => true).map(({ status }) => status);
  }

  #of(wanted: (supervised: Supervised) => boolean): Supervised[] {
    return [...this.#programs.values()].filter(wanted);
  }
}
