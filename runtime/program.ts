import { InputError } from "@platform/terraform";
import { CommanderError } from "commander";
import { Cancelled, Failure } from "./failure";
import { report } from "./terminal";

export interface ProgramOptions {
  /** One sentence for an error of a library, such as a lost connection; undefined for any other. @default none */
  readonly explain?: (error: unknown) => string | undefined;
}

/**
 * Runs a command-line program to its end; the only catch and the only exit-code rule there is. What a person can mend is
 * one sentence on stderr, an error of ours its stack; either ends in an exit code above 0.
 *
 * @param work parses its options (with commander's `exitOverride()`) and works. One that takes the signal puts things back
 * and throws when it aborts, with a `Cancelled` as its reason; one that does not ends at once, as any process
 */
export async function runProgram(
  work: (cancelled: AbortSignal) => Promise<unknown>,
  { explain = () => undefined }: ProgramOptions = {},
): Promise<void> {
  const cancel = new AbortController();
  const signals = work.length > 0 ? (["SIGINT", "SIGTERM"] as const) : [];
  const stopListening = signals.map((name) => {
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
      const aborted = cancel.signal.aborted && error instanceof Error && error.name === "AbortError";
      const cause: unknown = aborted ? cancel.signal.reason : error;
      report(sentence(cause, explain));
      process.exitCode = cause instanceof Failure ? cause.exitCode : 1;
    }
  } finally {
    for (const stop of stopListening) stop();
  }
}

function sentence(error: unknown, explain: (error: unknown) => string | undefined): string {
  if (error instanceof Failure || error instanceof InputError) return error.message;
  // Of an error of ours, only the stack tells where it is.
  return explain(error) ?? (error instanceof Error ? (error.stack ?? error.message) : String(error));
}
