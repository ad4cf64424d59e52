import { InputError } from "./input-error";

/** What a command said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The signal that ended it, if one did. */
  readonly signal?: string;
}

/**
 * Runs a command to its end, without input.
 *
 * @param cwd folder that it runs in
 * @param env its whole environment: nothing of this process's own is added
 * @param killSignal what it is sent when this process ends before it. @default SIGTERM
 * @returns what it said, also when it failed
 * @throws {InputError} when there is no such program, or it cannot be run
 */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  killSignal: "SIGTERM" | "SIGKILL" = "SIGTERM",
): Promise<Outcome> {
  const { execa } = await import("execa");
  const { code, exitCode, signal, stdout, stderr } = await execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
    killSignal,
  });
  if (code === "ENOENT") throw new InputError(`${program} is not on the PATH`);
  if (code === "EACCES" || code === "ENOEXEC")
    throw new InputError(`the ${program} on the PATH is no program that this machine can run (${code})`);
  return { code: exitCode ?? 1, stdout, stderr, ...(signal !== undefined && { signal }) };
}
