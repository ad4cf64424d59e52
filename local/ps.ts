import { stripVTControlCharacters } from "node:util";
import pico from "picocolors";
import textTable from "text-table";
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

/** One line a program, for people. `now` is milliseconds since the epoch. */
export function table({ url, programs }: PlatformStatus, now: number): string {
  const rows = programs.map(({ name, state, pid, port, socket, since, restarts, version, reason, slow }) => [
    visible(name),
    colours[state](state),
    `${pid ?? "-"}`,
    visible(`${port ?? socket ?? "-"}`),
    since === undefined ? "-" : duration(now - since),
    `${restarts}`,
    visible(version ?? "-"),
    visible(slow ?? reason ?? "-"),
  ]);
  const cells = [headings.map(pico.dim), ...rows];
  return `${textTable(cells, { stringLength: (text) => stripVTControlCharacters(text).length })}\n\nrouter: ${url}`;
}

/** Milliseconds as the two largest units: `3 h 12 min`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
