import type { Change } from "../change";
import { Hidden, later, type Value } from "../values";

/** An attribute that differs. A sensitive one stands on both sides as {@link hidden}. */
export interface Transition {
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  readonly before: Value;
  readonly after: Value;
}

/** Stands for a value that the plan keeps secret: no rule can clear it. */
export const hidden = new Hidden(undefined);

/** The attributes that differ, those known only after apply included. */
export function transitions({ differences, later: unknown, before: was }: Change): readonly Transition[] {
  const transition = (path: string, before: Value, after: Value): Transition => ({
    path,
    name: path.slice(path.lastIndexOf(".") + 1),
    before,
    after,
  });
  return [
    ...differences.flatMap((difference) => {
      if (difference.kind === "value") return [transition(difference.path, difference.before, difference.after)];
      return difference.kind === "hidden" ? [transition(difference.path, hidden, hidden)] : [];
    }),
    ...unknown.map((path) => transition(path, was[path] ?? null, later)),
  ];
}

/**
 * The first attribute that leaves the value that keeps something safe, or may.
 *
 * @param safe by path of the attribute, the value that is safe
 */
export function leaving(change: Change, safe: Readonly<Record<string, Value>>): Transition | undefined {
  if (change.action !== "update" && change.action !== "replace") return undefined;
  return transitions(change).find(({ path, before, after }) => {
    if (!(path in safe)) return false;
    return before === hidden || (before === safe[path] && after !== safe[path]);
  });
}
