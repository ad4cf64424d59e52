/** A server process that runs on this machine. */
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
