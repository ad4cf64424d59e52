import { External, Unknown, type Value } from "./values";

/** What an operator makes of two values. */
export function operated(operator: string, a: Value, b: Value): Value {
  if (a instanceof Unknown || b instanceof Unknown) return new Unknown(`${operator} of what is not known`);
  if (operator === "==" || operator === "!=") {
    const plain = (value: Value) => value === null || typeof value !== "object";
    if (a === b) return operator === "==";
    if (plain(a) && plain(b)) return operator === "!=";
    if (a === null || b === null) return operator === "!=";
    if (a instanceof External && b instanceof External)
      return (a.path === b.path && a.name === b.name) === (operator === "==");
    return new Unknown("comparison");
  }
  // Flags are told apart by their names.
  if (operator === "|") return [a, b].flat();
  if (operator === "&" && b instanceof External)
    return [a].flat().some((one) => one instanceof External && one.name === b.name) ? 1 : 0;
  if (typeof a === "boolean" && typeof b === "boolean") return operator === "&&" ? a && b : a || b;
  if (typeof a === "string" && typeof b === "string" && operator === "+") return a + b;
  if (typeof a !== "number" || typeof b !== "number") return new Unknown(`${operator} of what are no numbers`);
  return arithmetic[operator]?.(a, b) ?? new Unknown(operator);
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => (Number.isInteger(a) && Number.isInteger(b) ? Math.trunc(a / b) : a / b),
  "%": (a, b) => a % b,
  "<<": (a, b) => a * 2 ** b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};
