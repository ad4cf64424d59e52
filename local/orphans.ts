import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";

/** A process is known by its id and its start: ids are given again, an id with the same start is not. */
const mark = z.object({ name: z.string(), pid: z.int().positive(), started: z.string() });
const record = z.object({ supervisor: mark, processes: z.array(mark) });
type Mark = z.infer<typeof mark>;

/** What one supervisor started, written down so that whoever comes after it can end its orphan processes. */
export class ProcessRecord {
  readonly #file: string;
  readonly #supervisor: Mark;
  readonly #processes = new Map<string, Mark>();

  constructor(folder: string) {
    this.#file = join(folder, "processes.json");
    this.#supervisor = { name: "supervisor", pid: process.pid, started: startOf(process.pid) ?? "" };
  }

  add(name: string, pid: number): void {
    const started = startOf(pid);
    if (started === undefined) return;
    this.#processes.set(name, { name, pid, started });
    this.#write();
  }

  #write(): void {
    const text = JSON.stringify({ supervisor: this.#supervisor, processes: [...this.#processes.values()] }, null, 2);
    // Renamed into place: a reader, or a kill at this very moment, never meets half a file.
    writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

/**
 * Ends the orphan processes of a supervisor that is gone: asks each process, and kills those still there after ten seconds.
 * Does nothing while the supervisor lives, or when the record is another supervisor's than the one asked for.
 * Returns the names of the processes it ended.
 */
export async function endOrphans(folder: string, supervisor?: number): Promise<readonly string[]> {
  const file = join(folder, "processes.json");
  if (!existsSync(file)) return [];
  const found = record.parse(JSON.parse(readFileSync(file, "utf8")));
  if (lives(found.supervisor) || (supervisor ?? found.supervisor.pid) !== found.supervisor.pid) return [];
  const left = found.processes.filter(lives);
  signal(left, "SIGTERM");
  const deadline = Date.now() + 10_000;
  while (left.some(lives) && Date.now() < deadline) await setTimeout(20);
  signal(left.filter(lives), "SIGKILL");
  while (left.some(lives)) await setTimeout(20);
  return left.map(({ name }) => name);
}

function signal(marks: readonly Mark[], name: NodeJS.Signals): void {
  for (const { pid } of marks) {
    try {
      process.kill(pid, name);
    } catch {
      // Gone in the meantime.
    }
  }
}

const lives = ({ pid, started }: Mark) => startOf(pid) === started;

/** When a process started, in words only good for comparing; nothing when there is none, or only its exit status is left. */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      // Fields after the command, which is in parentheses and may itself hold spaces and parentheses (proc(5)).
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return fields[0] === "Z" ? undefined : fields[19];
    }
    const [state, ...start] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return state?.startsWith("Z") ? undefined : start.join(" ");
  } catch {
    return undefined;
  }
}
