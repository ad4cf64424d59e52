import type { RecentLine } from "../../recent-lines";
import { clock } from "./words";

export interface ReadLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  /** The other fields, as they were written. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What each line repeats or another column shows. */
const shown = new Set(["level", "time", "service", "environment", "version", "msg", "_aws"]);

/** A line as people read it: pino's JSON by its parts, anything else as it is. */
export function readLine({ text, at }: RecentLine): ReadLine {
  const plain = { time: clock(at), level: "", message: text, fields: {} };
  if (!text.startsWith("{")) return plain;
  try {
    const line: Record<string, unknown> = JSON.parse(text);
    if (typeof line.level !== "string") return plain;
    const fields = Object.fromEntries(Object.entries(line).filter(([key]) => !shown.has(key)));
    const time = typeof line.time === "number" ? line.time : at;
    return { time: clock(time), level: line.level, message: String(line.msg ?? ""), fields };
  } catch {
    return plain;
  }
}

export const inWords = (value: unknown): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

const order = ["trace", "debug", "info", "warn", "error", "fatal"];

/** Whether a line is wanted: it holds every word, in whatever case, and is as severe. A line without a level counts as info. */
export function wanted({ text }: RecentLine, words: readonly string[], least: string): boolean {
  if (least !== "") {
    const [, level = "info"] = /^\{"level":"(\w+)"/.exec(text) ?? [];
    if (order.indexOf(level) < order.indexOf(least)) return false;
  }
  if (words.length === 0) return true;
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}
