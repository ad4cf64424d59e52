import { Bound, Called, External, type Value } from "../go/values";

/** A name, or an element of a list, a set (`[]`) or a map (`{}`). */
export type Step = string;

/** The path of the table: names alone, with dots. */
export const textOf = (steps: readonly Step[]) => steps.filter((step) => step !== "[]" && step !== "{}").join(".");

/**
 * The path that an expression of the framework names: `path.MatchRelative().AtParent().AtName("x")`.
 *
 * @param at where the expression stands
 */
export function pathOf(value: Value | undefined, at: readonly Step[]): string | undefined {
  const steps = stepsOf(value, at);
  return steps && textOf(steps);
}

function stepsOf(value: Value | undefined, at: readonly Step[]): readonly Step[] | undefined {
  if (!(value instanceof Called)) return undefined;
  const [arg] = value.args;
  if (value.what instanceof External) {
    const { name } = value.what;
    if (name === "MatchRelative") return at;
    return (name === "MatchRoot" || name === "Root") && typeof arg === "string" ? [arg] : undefined;
  }
  if (!(value.what instanceof Bound)) return undefined;
  const before = stepsOf(value.what.on, at);
  if (before === undefined) return undefined;
  switch (value.what.name) {
    case "AtParent":
      return before.slice(0, -1);
    case "AtName":
      return typeof arg === "string" ? [...before, arg] : undefined;
    case "AtMapKey":
    case "AtAnyMapKey":
      return [...before, "{}"];
    case "AtListIndex":
    case "AtAnyListIndex":
    case "AtSetValue":
    case "AtAnySetValue":
      return [...before, "[]"];
    default:
      return before;
  }
}
