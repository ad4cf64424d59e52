import { InputError } from "./input-error";

/** What a command said and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command to its end, without input.
 *
 * @param cwd folder that it runs in
 * @param env its whole environment: nothing of this process's own is added
 * @returns what it said, also when it failed
 * @throws {InputError} when there is no such program
 */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const { execa } = await import("execa");
  const { code, exitCode, stdout, stderr } = await execa(program, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stripFinalNewline: false,
  });
  if (code === "ENOENT") throw new InputError(`${program} is not on the PATH`);
  return { code: exitCode ?? 1, stdout, stderr };
}
