import pino, { type DestinationStream, type Logger } from "pino";
import * as z from "./schema";

export type { Logger };

/** The variable LOG_LEVEL of every service. */
export const LogLevel = z
  ._default(z.enum(["trace", "debug", "info", "warn", "error", "silent"]), "info")
  .check(z.describe("Least severity logged"));

export interface LoggerOptions {
  /** Name of the service, on every line. */
  readonly service: string;
  /** Name of the environment, on every line. @default none */
  readonly environment?: string;
  /** Version of the function, on every line. @default none */
  readonly version?: string | undefined;
  /** @default "info" */
  readonly level?: string;
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/**
 * One JSON line an event. Lines carry ids, routes, statuses and durations: never a body, a query, an address or a token,
 * because what is never logged need not be erased.
 */
export function createLogger({ service, environment, version, level = "info", destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, environment, version },
    // CloudWatch and people both read the name of a level; pino's default is a number.
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Written at once: Lambda freezes the process after its answer, and a line that still waits is late, or lost.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: true }));
}
