import type { Evaluator } from "../go/evaluate";
import type { Scope } from "../go/scope";
import { run } from "../go/statements";
import type { Syntax } from "../go/syntax";
import { Called, type Closure, External, type Value } from "../go/values";
import type { Rule } from "./facts";
import { literally, patternRule } from "./patterns";

/** Stands for the value that a function checks. */
const checked = new External("", "the value");

/**
 * Rules of a function of the provider's own that checks a value: `if !pattern.MatchString(value) { errors = append(…) }`
 * and the like. Each such condition alone must not hold, so that one that is not understood is left out.
 *
 * @param inner rules of a validator that the function calls: `return validation.All(…)(v, k)`
 * @returns undefined when nothing of it is understood
 */
export function rulesOfBody(
  go: Evaluator,
  { declared, scope: outer }: Closure,
  inner: (validator: Value) => Rule[] | undefined,
): Rule[] | undefined {
  const scope = outer.inner();
  const first = declared.field("parameters")?.parts[0]?.field("name");
  const body = declared.field("body")?.parts[0];
  if (first === undefined || body === undefined) return undefined;
  scope.define(first.text, checked);
  const [only, ...more] = body.parts;
  const returned = only?.type === "return_statement" ? only.parts[0]?.parts[0] : undefined;
  const validator = returned?.type === "call_expression" ? returned.field("function") : undefined;
  if (more.length === 0 && validator?.type === "call_expression") return inner(go.value(validator, scope));
  const rules: Rule[] = [];
  let mayBeEmpty = false;
  for (const statement of body.parts) {
    if (/declaration$/.test(statement.type)) run(go, statement, scope);
    else if (statement.type === "if_statement") {
      if (!isRefused(statement)) {
        // What ends early passes: of that, only the empty text is understood, and that a value is no text.
        if (/^!ok$/.test(statement.field("condition")?.text ?? "")) continue;
        if (rules.length > 0 || !/^(\w+ == ""|len\(\w+\) == 0)$/.test(statement.field("condition")?.text ?? "")) break;
        mayBeEmpty = true;
      } else rules.push(...branches(go, statement, scope));
    } else if (statement.type !== "return_statement" && statement.type !== "expression_statement") break;
  }
  if (rules.length === 0) return undefined;
  return mayBeEmpty ? [{ any: [[{ length: [0, 0] }], rules] }] : rules;
}

/** Whether an `if` adds an error whatever follows: not in another condition inside of it. */
const isRefused = (node: Syntax) =>
  (node.field("consequence")?.parts[0]?.parts ?? []).some(
    ({ type, text }) =>
      !/^(if|for|\w+_switch)_statement$/.test(type) &&
      /Errorf\(|errors\.New\(|\b(errors|errs|es|diags) = append|AddAttributeError|diag\.Diagnostic\{/.test(text),
  );

/** The rules of an `if`, and of those that follow it with `else`: they are asked when it does not hold. */
function branches(go: Evaluator, node: Syntax, scope: Scope): Rule[] {
  if (!isRefused(node)) return [];
  const condition = node.field("condition");
  const inner = scope.inner();
  const before = node.field("initializer");
  if (before !== undefined) run(go, before, inner);
  const own = condition === undefined ? [] : refused(go, condition, inner, messageOf(node));
  const other = node.field("alternative");
  return [...own, ...(other?.type === "if_statement" ? branches(go, other, inner) : [])];
}

/** What the provider says of the value, where it is one text that begins with the attribute's name, or is without it. */
function messageOf(node: Syntax): string | undefined {
  const texts = [...(node.field("consequence")?.walk() ?? [])].filter(({ type }) => /string_literal$/.test(type));
  const text = texts[0]?.text.slice(1, -1).replace(/^%q:? /, "");
  return texts.length === 1 && text !== undefined && !text.includes("%") ? text : undefined;
}

/** Rules that say that a condition must not hold. */
function refused(go: Evaluator, node: Syntax, scope: Scope, message: string | undefined): Rule[] {
  if (node.type === "parenthesized_expression" && node.parts[0] !== undefined)
    return refused(go, node.parts[0], scope, message);
  const operator = node.field("operator")?.text;
  const [left, right, operand] = [node.field("left"), node.field("right"), node.field("operand")];
  if (operator === "||" && left !== undefined && right !== undefined)
    return [...refused(go, left, scope, message), ...refused(go, right, scope, message)];
  const allowed = operator === "&&" || operator === "!=" ? unequal(go, node, scope) : undefined;
  if (allowed !== undefined) return [{ enum: allowed }];
  const not = node.type === "unary_expression" && operator === "!";
  const call = not ? operand : node;
  if (call?.type === "call_expression") return matched(go, call, scope, !not, message);
  if (left === undefined || right === undefined || operator === undefined) return [];
  const limit = go.value(right, scope);
  return typeof limit === "number" ? compared(operator, left, limit, go, scope) : [];
}

/** The values that are allowed: `value != 5 && value != 60`. */
function unequal(go: Evaluator, node: Syntax, scope: Scope): (string | number)[] | undefined {
  const [left, right] = [node.field("left"), node.field("right")];
  if (left === undefined || right === undefined) return undefined;
  if (node.field("operator")?.text === "&&") {
    const sides = [unequal(go, left, scope), unequal(go, right, scope)];
    return sides.every((side) => side !== undefined) ? sides.flat() : undefined;
  }
  const value = go.value(right, scope);
  const plain = typeof value === "string" || typeof value === "number";
  return node.field("operator")?.text === "!=" && go.value(left, scope) === checked && plain ? [value] : undefined;
}

function matched(go: Evaluator, call: Syntax, scope: Scope, not: boolean, message: string | undefined): Rule[] {
  const value = go.value(call, scope);
  if (!(value instanceof Called)) return [];
  const { what, args } = value;
  if (what instanceof External) {
    const [on, text] = args;
    if (on !== checked || typeof text !== "string" || what.path !== "strings") return [];
    const pattern = { HasPrefix: `^${literally(text)}`, HasSuffix: `${literally(text)}$`, Contains: literally(text) }[
      what.name
    ];
    return pattern === undefined
      ? []
      : [{ pattern, ...(not ? { not: true as const } : {}), ...(message ? { message } : {}) }];
  }
  const pattern: Value | undefined = what.on instanceof Called ? what.on.args[0] : undefined;
  if (what.name !== "MatchString" || args[0] !== checked || typeof pattern !== "string") return [];
  const rule = patternRule(pattern, not, message);
  return rule === undefined ? [] : [rule];
}

/** @param operator between the value, or its length, and a limit: what must not be */
function compared(operator: string, left: Syntax, limit: number, go: Evaluator, scope: Scope): Rule[] {
  const length = left.type === "call_expression" && left.field("function")?.text === "len";
  const subject = length ? left.field("arguments")?.parts[0] : left;
  if (subject === undefined || go.value(subject, scope) !== checked) return [];
  const rule = (min: number | null, max: number | null): Rule[] => [
    length ? { length: [min ?? 0, max] } : { range: [min, max] },
  ];
  switch (operator) {
    case "<":
      return rule(limit, null);
    case "<=":
      return length || Number.isInteger(limit) ? rule(limit + 1, null) : [];
    case ">":
      return rule(null, limit);
    case ">=":
      return rule(null, limit - 1);
    case "==":
      return length && limit === 0 ? rule(1, null) : [];
    default:
      return [];
  }
}
