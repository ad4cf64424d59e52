import { spawn } from "node:child_process";
import { once } from "node:events";
import { InputError } from "@platform/terraform";
import { z } from "zod";

/** The offline cloud in another process, for programs that block while Terraform runs, as cdktf's jest matchers do. */
export interface RehearsalProcess {
  /**
   * Learns a synthesized program; programs add up. An override file is written beside each of its stacks.
   *
   * @param folder a `cdktf.out` that may be written to: what `Testing.fullSynth` returns, or a copy
   * @returns what `terraform` needs in its environment: `Object.assign(process.env, await rehearsal.prepare(folder))`
   * @throws {InputError} when the folder is no synthesized program
   */
  prepare(folder: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const answer = z.union([z.object({ environment: z.record(z.string(), z.string()) }), z.object({ error: z.string() })]);

/**
 * Starts the offline cloud in a child process, in about half a second. It ends with the process that started it.
 *
 * @param drift JSON file of changes made by hand in the cloud (provider/cloud.ts)
 */
export async function startRehearsalInChild(drift?: string): Promise<RehearsalProcess> {
  const child = spawn(process.execPath, ["ops/run.mjs", "packages/rehearsal/src/child.ts"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...(drift === undefined ? {} : { REHEARSAL_DRIFT: drift }) },
  });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the rehearsal's process ended with code ${code}`);
  });
  await Promise.race([once(child, "message"), ended]);
  ended.catch(() => {});
  let last: Promise<unknown> = Promise.resolve();
  return {
    prepare: (folder) => {
      const answered = last.then(async () => {
        const reply = once(child, "message");
        child.send(folder);
        const [message] = await Promise.race([reply, ended]);
        const parsed = answer.parse(message);
        if ("error" in parsed) throw new InputError(parsed.error);
        return parsed.environment;
      });
      last = answered.catch(() => {});
      return answered;
    },
    stop: async () => {
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}
