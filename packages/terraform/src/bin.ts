import { InputError } from "./input-error";
import { visibleLines } from "./visible";

/** @throws {InputError} when it was deleted: nothing that follows could say so */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new InputError("the working folder is not there any more: go to another one");
  }
}

/**
 * Runs what a command-line program does. Bad input, and a file or a port that the system refuses, are one sentence on
 * standard error and exit code 1; any other error is ours, and keeps its stack.
 */
export async function runBin(work: () => Promise<unknown>): Promise<void> {
  try {
    workingFolder();
    await work();
  } catch (error) {
    if (!(error instanceof InputError || (error instanceof Error && "syscall" in error))) throw error;
    process.stderr.write(`${visibleLines(error.message)}\n`);
    process.exitCode = 1;
  }
}
