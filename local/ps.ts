import pico from "picocolors";
import { visible } from "../runtime/terminal";
import type { PlatformStatus } from "./control-server";
import type { State } from "./supervisor/supervised";

const colours: Readonly<Record<State, (text: string) => string>> = {
  running: pico.green,
  starting: pico.yellow,
  waiting: pico.yellow,
  stopping: pico.yellow,
  stopped: pico.dim,
  failed: pico.red,
};

const headings = ["NAME", "STATE", "PID", "LISTENS ON", "UP", "RESTARTS", "BUILD", "LAST EXIT"];
const stateColumn = headings.indexOf("STATE");

/** One line a program, for people. `now` is milliseconds since the epoch. */
export function table({ url, programs }: PlatformStatus, now: number): string {
  const rows = programs.map(({ name, state, pid, port, socket, since, restarts, version, reason, slow }) =>
    [
      name,
      state,
      pid ?? "-",
      port ?? socket ?? "-",
      since === undefined ? "-" : duration(now - since),
      restarts,
      version ?? "-",
      slow ?? reason ?? "-",
    ].map((cell) => visible(String(cell))),
  );
  const widths = headings.map((_, column) => Math.max(...[headings, ...rows].map((row) => row[column]?.length ?? 0)));
  const pad = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
  const line = (cells: readonly string[]) => cells.join("  ").trimEnd();
  const coloured = rows.map((row, index) => {
    const colour = colours[programs[index]?.state ?? "stopped"];
    return line(pad(row).map((cell, column) => (column === stateColumn ? colour(cell) : cell)));
  });
  return [pico.dim(line(pad(headings))), ...coloured, "", `router: ${url}`].join("\n");
}

/** Milliseconds as the two largest units: `3 h 12 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
