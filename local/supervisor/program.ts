import type { Running } from "../../dependencies/server";

/** Something that runs beside the others: a server, a service, a worker. */
export interface Program {
  /** Unique in the environment: `postgres`, `transactions`, `loyalty-1`. */
  readonly name: string;
  /** The service it is a process of: `loyalty` for each of its workers; otherwise its own name. */
  readonly group: string;
  readonly kind: "dependency" | "http" | "worker" | "router";
  /**
   * Starts one process and resolves when it does its work.
   * Rejects with the reason in a sentence, and leaves no process, when it does not come that far.
   */
  start(start: Start): Promise<Running>;
}

export interface Start {
  /** Takes each line the process writes. */
  readonly log: (line: string) => void;
  /** Called as soon as there is a process, long before it works. */
  readonly spawned: (pid: number) => void;
  /** Aborted when the program is not wanted any more. */
  readonly signal: AbortSignal;
}
