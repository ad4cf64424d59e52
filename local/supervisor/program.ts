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

/** A process that runs. */
export interface Running {
  readonly pid: number;
  /** TCP port of 127.0.0.1 it answers on, where it has one. */
  readonly port?: number;
  /** Resolves, with how it ended in a few words (`exit code 3`, `SIGKILL`), when the process is gone. */
  readonly exited: Promise<string>;
  /** Asks it to finish what it has begun and end; resolves when it is gone. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** How a process ended, in a few words. */
export const ending = (code: number | null, signal: NodeJS.Signals | null) => signal ?? `exit code ${code}`;
