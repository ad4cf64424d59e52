import type { Evaluator } from "./evaluate";
import { operated } from "./operators";
import type { Scope } from "./scope";
import type { Syntax } from "./syntax";
import { typeOf, zeroOf } from "./types";
import { GoMap, Struct, Tuple, Type, Unknown, type Value } from "./values";

/** How a statement ends what it stands in. */
export interface End {
  readonly kind: "return" | "break" | "continue";
  readonly value?: Value | undefined;
}

/** Runs a statement or a block of them. @returns undefined when the next one follows */
export function run(go: Evaluator, node: Syntax, scope: Scope): End | undefined {
  switch (node.type) {
    case "block":
    case "statement_list": {
      const inner = node.type === "block" ? scope.inner() : scope;
      for (const part of node.parts) {
        const end = run(go, part, inner);
        if (end !== undefined) return end;
      }
      return undefined;
    }
    case "return_statement": {
      const parts = node.parts[0]?.parts;
      if (parts === undefined) return { kind: "return" };
      const values = parts.map((part) => go.value(part, scope));
      return { kind: "return", value: values.length === 1 ? values[0] : new Tuple(values) };
    }
    case "break_statement":
      return { kind: "break" };
    case "continue_statement":
      return { kind: "continue" };
    case "expression_statement": {
      const [part] = node.parts;
      if (part !== undefined) go.value(part, scope);
      return undefined;
    }
    case "short_var_declaration":
      values(go, node, scope).forEach((value, at) => {
        scope.define(node.field("left")?.parts[at]?.text ?? "_", value);
      });
      return undefined;
    case "assignment_statement":
      assign(go, node, scope);
      return undefined;
    case "inc_statement":
    case "dec_statement": {
      const [target] = node.parts;
      const by = node.type === "inc_statement" ? 1 : -1;
      if (target !== undefined) put(go, target, operated("+", go.value(target, scope), by), scope);
      return undefined;
    }
    case "var_declaration":
    case "const_declaration":
      declare(go, node, scope);
      return undefined;
    case "type_declaration":
      for (const spec of node.parts) {
        const [name, type] = [spec.field("name"), spec.field("type")];
        if (name === undefined || type === undefined) continue;
        scope.define(
          name.text,
          type.type === "struct_type" ? new Type("named", "", name.text) : typeOf(go, type, scope),
        );
      }
      return undefined;
    case "if_statement":
      return branch(go, node, scope.inner());
    case "for_statement":
      return loop(go, node, scope.inner());
    case "expression_switch_statement":
      return choose(go, node, scope.inner());
    default:
      return undefined;
  }
}

/** The values on the right side of a statement, one for each name on the left. */
function values(go: Evaluator, node: Syntax, scope: Scope): Value[] {
  const names = node.field("left")?.parts ?? [];
  const right = node.field("right")?.parts ?? [];
  const [only] = right;
  if (names.length < 2 || right.length !== 1 || only === undefined) return right.map((part) => go.value(part, scope));
  const value = go.value(only, scope);
  if (value instanceof Tuple) return [...value.values];
  // With a second name, a look into a map says whether the key is there.
  const looked = only.type === "index_expression" || only.type === "type_assertion_expression";
  if (looked && !(value instanceof Unknown)) return [value, value !== null];
  return names.map(() => new Unknown(`${only.text.slice(0, 60)} has one value`));
}

function assign(go: Evaluator, node: Syntax, scope: Scope): void {
  const operator = node.field("operator")?.text.slice(0, -1) ?? "";
  const targets = node.field("left")?.parts ?? [];
  values(go, node, scope).forEach((value, at) => {
    const target = targets[at];
    if (target === undefined) return;
    put(go, target, operator === "" ? value : operated(operator, go.value(target, scope), value), scope);
  });
}

function put(go: Evaluator, target: Syntax, value: Value, scope: Scope): void {
  const operand = target.field("operand");
  if (target.type === "identifier") scope.set(target.text, value);
  else if (operand === undefined) return;
  else if (target.type === "selector_expression") {
    const on = go.value(operand, scope);
    if (on instanceof Struct) on.fields.set(target.field("field")?.text ?? "", value);
  } else if (target.type === "index_expression") {
    const index = target.field("index");
    const on = go.value(operand, scope);
    const key = index === undefined ? null : go.value(index, scope);
    if (on instanceof GoMap) on.entries.set(key, value);
    else if (Array.isArray(on) && typeof key === "number") on[key] = value;
  }
}

function declare(go: Evaluator, node: Syntax, scope: Scope): void {
  for (const spec of node.walk()) {
    if (spec.type !== "var_spec" && spec.type !== "const_spec") continue;
    const type = spec.field("type");
    const wanted = type && typeOf(go, type, scope);
    spec.all("name").forEach(({ text }, at) => {
      const value = spec.field("value")?.parts[at];
      const zero = wanted === undefined ? null : zeroOf(go, wanted);
      scope.define(text, value === undefined ? zero : go.value(value, scope, wanted));
    });
  }
}

function branch(go: Evaluator, node: Syntax, scope: Scope): End | undefined {
  const before = node.field("initializer");
  if (before !== undefined) run(go, before, scope);
  const condition = node.field("condition");
  const holds = condition === undefined ? false : go.value(condition, scope);
  // What depends on something unknown is taken not to be so.
  const part = node.field(holds === true ? "consequence" : "alternative");
  return part && run(go, part, scope);
}

function loop(go: Evaluator, node: Syntax, scope: Scope): End | undefined {
  const body = node.field("body");
  const range = node.parts.find(({ type }) => type === "range_clause");
  if (body === undefined) return undefined;
  if (range !== undefined) {
    const right = range.field("right");
    const names = range.field("left")?.parts ?? [];
    for (const [key, value] of entriesOf(right === undefined ? null : go.value(right, scope))) {
      const inner = scope.inner();
      if (names[0] !== undefined) inner.define(names[0].text, key);
      if (names[1] !== undefined) inner.define(names[1].text, value);
      const end = run(go, body, inner);
      if (end?.kind === "break") return undefined;
      if (end?.kind === "return") return end;
    }
    return undefined;
  }
  const clause = node.parts.find(({ type }) => type === "for_clause");
  const [before, condition, after] = ["initializer", "condition", "update"].map((name) => clause?.field(name));
  if (before !== undefined) run(go, before, scope);
  for (let times = 0; times < 10_000; times += 1) {
    if (condition === undefined || go.value(condition, scope) !== true) return undefined;
    const end = run(go, body, scope);
    if (end?.kind === "break") return undefined;
    if (end?.kind === "return") return end;
    if (after !== undefined) run(go, after, scope);
  }
  return undefined;
}

function entriesOf(value: Value): [Value, Value][] {
  if (Array.isArray(value)) return value.map((one, at) => [at, one]);
  if (value instanceof GoMap) return [...value.entries];
  if (typeof value === "number") return Array.from({ length: value }, (_, at) => [at, at]);
  return [];
}

function choose(go: Evaluator, node: Syntax, scope: Scope): End | undefined {
  const before = node.field("initializer");
  if (before !== undefined) run(go, before, scope);
  const on = node.field("value");
  const wanted: Value = on === undefined ? true : go.value(on, scope);
  const cases = node.parts.filter(({ type }) => type === "expression_case");
  const chosen =
    cases.find((one) =>
      one.field("value")?.parts.some((part) => operated("==", wanted, go.value(part, scope)) === true),
    ) ?? node.parts.find(({ type }) => type === "default_case");
  for (const part of chosen?.parts.filter(({ type }) => type !== "expression_list") ?? []) {
    const end = run(go, part, scope);
    if (end?.kind === "break") return undefined;
    if (end !== undefined) return end;
  }
  return undefined;
}
