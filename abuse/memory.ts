import { readFileSync } from "node:fs";

/** Whether this system shows how much memory a process takes and took. */
export const showsMemory = process.platform === "linux";

/**
 * Resident memory of a process in MB, now or at its peak, as the kernel has it (proc(5)).
 * @returns NaN where {@link showsMemory} is false: it is above no limit
 */
export function megabytes(pid: number, which: "now" | "peak"): number {
  if (!showsMemory) return Number.NaN;
  const line = which === "now" ? /VmRSS:\s+(\d+) kB/ : /VmHWM:\s+(\d+) kB/;
  return Number(line.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
