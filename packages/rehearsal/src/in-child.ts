import { fileURLToPath } from "node:url";
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

export interface ChildOptions {
  /** JSON file of changes made by hand in the cloud (provider/cloud.ts). @default none */
  readonly drift?: string;
  /** Arguments of `node` that start the child's program. @default this package's own */
  readonly program?: readonly string[];
}

/** Starts the offline cloud in a child process, in about half a second. It ends with the process that started it. */
export async function startRehearsalInChild({ drift, program }: ChildOptions = {}): Promise<RehearsalProcess> {
  const { execa } = await import("execa");
  const child = execa(process.execPath, program ?? [fileURLToPath(new URL("./child.js", import.meta.url))], {
    ipc: true,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit",
    env: drift === undefined ? {} : { REHEARSAL_DRIFT: drift },
  });
  child.catch(() => {});
  const ended = () => new Error("the rehearsal's process ended");
  await child.getOneMessage().catch(() => Promise.reject(ended()));
  let last: Promise<unknown> = Promise.resolve();
  return {
    prepare: (folder) => {
      const answered = last.then(async () => {
        const reply = child.getOneMessage();
        await child.sendMessage(folder);
        const parsed = answer.parse(await reply.catch(() => Promise.reject(ended())));
        if ("error" in parsed) throw new InputError(parsed.error);
        return parsed.environment;
      });
      last = answered.catch(() => {});
      return answered;
    },
    stop: async () => {
      child.disconnect();
      await child;
    },
  };
}
