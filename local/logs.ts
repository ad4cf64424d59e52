import { EventEmitter } from "node:events";
import { createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import pico from "picocolors";
import { visible, visibleLines } from "../runtime/terminal";
import { RecentLines } from "./recent-lines";

export interface LogLine {
  /** The program that wrote it. */
  readonly name: string;
  /** The service it belongs to: it gives the colour. */
  readonly group: string;
  readonly text: string;
}

/** Every line of every program: one file each under `logs/`, live to whoever follows, and the latest in memory. */
export class Logs extends EventEmitter<{ line: [LogLine]; end: [] }> {
  readonly recent = new RecentLines();
  readonly #folder: string;
  readonly #files = new Map<string, WriteStream>();

  constructor(folder: string) {
    super();
    // Each `make logs` is one more follower.
    this.setMaxListeners(0);
    this.#folder = join(folder, "logs");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Where one program's lines go. */
  of(name: string, group = name): (text: string) => void {
    return (foreign) => {
      const text = visibleLines(foreign);
      this.#file(name).write(`${text}\n`);
      const line = { name, group, text };
      if (!isHealthCheck(line)) this.recent.add(line);
      this.emit("line", line);
    };
  }

  /** Tells the followers that no line comes any more, and ends the files; resolves when all is written. */
  async close(): Promise<void> {
    this.emit("end");
    await Promise.all([...this.#files.values()].map((file) => new Promise<void>((done) => file.end(done))));
    this.#files.clear();
  }

  #file(name: string): WriteStream {
    const open = this.#files.get(name);
    if (open) return open;
    const path = join(this.#folder, `${name}.log`);
    // This run and the one before it: enough to see why it ended, and no file grows for ever.
    if (existsSync(path)) renameSync(path, `${path}.1`);
    const file = createWriteStream(path);
    this.#files.set(name, file);
    return file;
  }
}

/** The lines of a program's present or last run. */
export function readLog(folder: string, name: string): readonly string[] {
  const path = join(folder, "logs", `${name}.log`);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

/** A health check that went well: an open status page causes some every second, and they would bury the rest. */
export const isHealthCheck = ({ text }: LogLine): boolean =>
  text.includes('"route":"/health"') && text.includes('"status":200');

const colours = [pico.cyan, pico.yellow, pico.magenta, pico.green, pico.blue, pico.red];
const levels: Readonly<Record<string, string>> = {
  trace: pico.dim("trace"),
  debug: pico.dim("debug"),
  info: pico.green("info "),
  warn: pico.yellow("warn "),
  error: pico.red("error"),
  fatal: pico.red("fatal"),
};
/** What every line repeats, and the figures that CloudWatch reads: nobody reads them on a terminal. */
const unread = new Set([
  "level",
  "time",
  "service",
  "environment",
  "version",
  "msg",
  "requestId",
  "requests",
  "errors",
  "latency",
  "_aws",
]);

/** A line as people read it: the program in its colour, and pino's JSON as words. */
export class LogFormat {
  readonly #colours = new Map<string, (text: string) => string>();
  readonly #width: number;

  /** The programs known from the start: they share one width, and a service's colour follows its place. */
  constructor(programs: readonly Pick<LogLine, "name" | "group">[]) {
    this.#width = Math.max(...programs.map(({ name }) => name.length), 8);
    for (const { group } of programs) this.#colour(group);
  }

  format({ name, group, text }: LogLine): string {
    return `${this.#colour(group)(visible(name).padEnd(this.#width))} ${readable(text)}`;
  }

  #colour(group: string): (text: string) => string {
    const colour = this.#colours.get(group) ?? colours[this.#colours.size % colours.length] ?? pico.white;
    this.#colours.set(group, colour);
    return colour;
  }
}

/** A value of a line of JSON: decoded, its text may hold what the line itself had to escape. */
const words = (value: unknown) => visible(typeof value === "object" ? JSON.stringify(value) : String(value));

function readable(text: string): string {
  if (!text.startsWith("{")) return visibleLines(text);
  let line: Record<string, unknown>;
  try {
    line = JSON.parse(text);
  } catch {
    return visibleLines(text);
  }
  if (typeof line.level !== "string") return visibleLines(text);
  const time = typeof line.time === "number" ? new Date(line.time).toISOString().slice(11, 23) : "";
  const rest = Object.entries(line)
    .filter(([key]) => !unread.has(key))
    .map(([key, value]) => `${pico.dim(`${visible(key)}=`)}${words(value)}`);
  return [pico.dim(time), levels[line.level] ?? words(line.level), words(line.msg ?? ""), ...rest]
    .filter((part) => part !== "")
    .join(" ");
}
