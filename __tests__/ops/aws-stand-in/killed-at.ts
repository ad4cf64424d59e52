import type { ProgramOptions, ProgramRun } from "../run-program";
import type { AwsStandIn, Fault } from "./server";

/**
 * Runs a program that is killed by SIGKILL as it makes a call, which AWS does not get.
 * @param before what becomes of earlier calls of the same action
 */
export async function killedAt(
  aws: AwsStandIn,
  action: string,
  before: readonly Fault[],
  run: (options: ProgramOptions) => Promise<ProgramRun>,
): Promise<ProgramRun> {
  let pid = 0;
  aws.next(action, ...before, () => {
    process.kill(pid, "SIGKILL");
    return "cut before";
  });
  return run({
    onStart: (started) => {
      pid = started;
    },
  });
}
