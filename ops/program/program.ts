import { InputError } from "@platform/terraform";
import { CommanderError } from "commander";
import { ConfigurationError } from "../../config/problem";
import { explainAwsError } from "./aws/explain-error";

/** A job that was told to stop: `signal` is what told it. */
export class Cancelled extends Error {
  constructor(readonly signal: "SIGINT" | "SIGTERM") {
    super(`cancelled by ${signal}`);
  }
}

/** An end that is not a success, in one sentence for the person who reads the job's log. */
export class Failure extends Error {
  /** @param exitCode @default 1 */
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** As a shell reports a process that a signal ended. */
const signalExitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a program of the pipeline. `work` receives a signal that aborts, with a `Cancelled` as its reason, when the job
 * is cancelled; it then puts things back and throws. An error becomes one line on stderr; the exit code says the rest.
 */
export async function runProgram(work: (cancelled: AbortSignal) => Promise<void>): Promise<void> {
  const cancel = new AbortController();
  const listeners = (["SIGINT", "SIGTERM"] as const).map((name) => {
    const listener = () => cancel.abort(new Cancelled(name));
    process.on(name, listener);
    return () => process.off(name, listener);
  });
  try {
    await work(cancel.signal);
  } catch (error) {
    // Usage, or the answer to --help, which commander has printed itself.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      const cause =
        cancel.signal.aborted && error instanceof Error && error.name === "AbortError" ? cancel.signal.reason : error;
      process.stderr.write(`${sentence(cause)}\n`);
      process.exitCode = exitCode(cause);
    }
  } finally {
    for (const remove of listeners) remove();
  }
}

function sentence(error: unknown): string {
  if ([Failure, Cancelled, ConfigurationError, InputError].some((kind) => error instanceof kind))
    return String(error instanceof Error && error.message);
  const explained = explainAwsError(error);
  if (explained !== undefined) return explained;
  // A fault of ours: only the stack tells where.
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function exitCode(error: unknown): number {
  if (error instanceof Cancelled) return signalExitCodes[error.signal];
  return error instanceof Failure ? error.exitCode : 1;
}
