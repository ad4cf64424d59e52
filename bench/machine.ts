import { createHash } from "node:crypto";
import { cpus, homedir, totalmem } from "node:os";
import { join } from "node:path";
import * as z from "zod";

/** What decides how fast a program runs here, as far as a program sees it. */
export const Machine = z.object({
  /** The processor's own name. */
  cpu: z.string(),
  cores: z.int().positive(),
  /** GiB, rounded. */
  memory: z.int().nonnegative(),
  /** Node's version, `24.21.0`. */
  node: z.string(),
});
export type Machine = z.infer<typeof Machine>;

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: Math.max(1, processors.length),
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
}

/** Where the results of a machine are kept: outside the repository, so that a fresh clone finds them too. */
export function historyFile(machine: Machine, shell: NodeJS.ProcessEnv = process.env): string {
  const key = createHash("sha256").update(JSON.stringify(machine)).digest("hex").slice(0, 12);
  // https://specifications.freedesktop.org/basedir-spec/latest/
  return join(shell.XDG_CACHE_HOME || join(homedir(), ".cache"), "platform-bench", `${key}.jsonl`);
}
