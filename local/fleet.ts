import type { ProcessRecord } from "./leftovers";
import type { Logs } from "./logs";
import type { Program } from "./supervisor/program";
import { type Status, Supervised, type SupervisionOptions } from "./supervisor/supervised";

/** Whoever calls others stops before them: no request or job is left with nobody to answer it. */
const stopOrder: readonly Program["kind"][] = ["router", "http", "worker", "dependency"];

export type Supervision = Pick<SupervisionOptions, "backOff" | "steadyAfter" | "quickCrashes">;

/** Everything that runs here. */
export class Fleet {
  readonly #members = new Map<string, Supervised>();
  readonly #logs: Logs;
  readonly #record: ProcessRecord;
  readonly #supervision: Supervision;
  #stopping = false;

  constructor(logs: Logs, record: ProcessRecord, supervision: Supervision = {}) {
    this.#logs = logs;
    this.#record = record;
    this.#supervision = supervision;
  }

  /** Starts a program and keeps it running; resolves when it works, rejects with the reason when it was given up. */
  async start(program: Program): Promise<void> {
    if (this.#stopping) throw new Error("the platform is being stopped");
    const member = new Supervised(program, {
      ...this.#supervision,
      log: this.#logs.of(program.name, program.group),
      onProcess: (name, pid) => this.#record.add(name, pid),
    });
    this.#members.set(program.name, member);
    await member.start();
  }

  /** Drains one program and forgets it. */
  async remove(name: string): Promise<void> {
    await this.#members.get(name)?.stop();
    this.#members.delete(name);
  }

  /** Drains every process of a service and starts it anew; resolves when all work again. */
  async restart(group: string): Promise<void> {
    await Promise.all(this.#of(({ status }) => status.group === group).map((member) => member.restart()));
  }

  /** Drains everything, callers before those they call. Nothing starts after this. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const kind of stopOrder) {
      await Promise.all(this.#of(({ status }) => status.kind === kind).map((member) => member.stop()));
    }
  }

  get statuses(): readonly Status[] {
    return this.#of(() => true).map(({ status }) => status);
  }

  #of(wanted: (member: Supervised) => boolean): Supervised[] {
    return [...this.#members.values()].filter(wanted);
  }
}
