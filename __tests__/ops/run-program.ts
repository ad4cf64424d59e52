import { spawn } from "node:child_process";
import { once } from "node:events";

export interface ProgramRun {
  /** What a shell would see: 128 and the signal's number when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Receives the process's id. */
  readonly onStart?: (pid: number) => void;
  /** Sent as soon as stdout or stderr holds the text. */
  readonly signalAt?: { readonly text: string; readonly signal: NodeJS.Signals };
}

/** Runs a program of the project as its users do, in a process of its own. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { env = {}, onStart, signalAt }: ProgramOptions = {},
): Promise<ProgramRun> {
  const child = spawn(process.execPath, ["ops/run.mjs", program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) onStart?.(child.pid);
  let stdout = "";
  let stderr = "";
  let signalled = false;
  const look = () => {
    if (signalAt === undefined || signalled || !(stdout + stderr).includes(signalAt.text)) return;
    signalled = true;
    child.kill(signalAt.signal);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  await once(child, "close");
  return { exitCode: child.exitCode, stdout, stderr };
}
