import { ExecaError, execa, type Options } from "execa";
import { Failure } from "../../runtime/failure";

interface RunOptions extends Pick<Options, "cwd" | "env" | "stdout" | "stderr" | "cancelSignal"> {
  /** What fails when the program does. @default the command */
  readonly doing?: string;
}

/**
 * Runs another program to its end, without input. What it prints goes on to ours, unless `options` say otherwise.
 * @returns what it printed on stdout, where that is piped
 * @throws Failure with the program's last words, when it is missing or fails
 */
export async function runCommand(
  [command = "", ...args]: readonly string[],
  { doing, ...options }: RunOptions,
): Promise<string> {
  try {
    const { stdout } = await execa(command, args, { stdin: "ignore", ...options });
    return String(stdout ?? "");
  } catch (error) {
    options.cancelSignal?.throwIfAborted();
    if (!(error instanceof ExecaError)) throw error;
    const words = error.stderr || error.stdout;
    if (doing !== undefined) throw new Failure(`${doing} failed: ${words || error.shortMessage}`);
    throw new Failure([error.shortMessage, error.stderr].filter(Boolean).join("\n"));
  }
}
