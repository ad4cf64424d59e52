import type { Evaluator } from "../go/evaluate";
import type { Scope } from "../go/scope";
import type { Syntax } from "../go/syntax";
import { Called, Closure, nameOf, type Value } from "../go/values";
import { withoutIndexes } from "./facts";
import { pathOf } from "./paths";

/**
 * Attributes of which the code of a diff says that some changes replace the resource: `customdiff.ForceNewIf("x", …)`,
 * `d.ForceNew("x")`, and `RequiresReplace` of the framework's plan. Functions of the same package are followed.
 */
export function sometimesReplaced(go: Evaluator, diff: Value): Set<string> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const add = (path: Value | undefined) => {
    if (typeof path === "string") found.add(withoutIndexes(path));
  };
  const visit = (value: Value, args: readonly Value[] = []) => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (value instanceof Called) {
      if (/customdiff\.ForceNewIf(Change)?$/.test(nameOf(value))) add(value.args[0]);
      for (const arg of value.args) visit(arg);
    }
    if (!(value instanceof Closure)) return;
    const { declared, scope: outer } = value;
    const texts = args.map((arg) => (typeof arg === "string" ? arg : ""));
    const body = declared.field("body");
    if (body === undefined || seen.has(`${declared.text} ${texts}`)) return;
    seen.add(`${declared.text} ${texts}`);
    const scope = outer.inner();
    // Names of attributes are passed on.
    const names = (declared.field("parameters")?.parts ?? []).flatMap((part) => part.all("name"));
    names.forEach(({ text }, at) => {
      if (texts[at]) scope.define(text, texts[at]);
    });
    scan(body, scope);
  };
  const scan = (node: Syntax, scope: Scope) => {
    if (node.type === "for_statement" && ranged(node, scope)) return;
    if (node.type === "short_var_declaration") remembered(node, scope);
    if (node.type === "call_expression") called(node, scope);
    const [left, right] = [node.field("left"), node.field("right")?.parts[0]];
    if (node.type === "assignment_statement" && right !== undefined && /\.RequiresReplace$/.test(left?.text ?? ""))
      for (const one of [go.value(right, scope)].flat()) add(pathOf(one, []));
    for (const part of node.parts) scan(part, scope);
  };
  /** Loops over texts that are written down. */
  const ranged = (node: Syntax, scope: Scope): boolean => {
    const clause = node.parts.find(({ type }) => type === "range_clause");
    const [name, right, body] = [clause?.field("left")?.parts[1], clause?.field("right"), node.field("body")];
    const list = right === undefined ? null : go.value(right, scope);
    if (!Array.isArray(list) || name === undefined || body === undefined) return false;
    for (const one of list) {
      const inner = scope.inner();
      inner.define(name.text, one);
      scan(body, inner);
    }
    return true;
  };
  /** Names that are given to attributes: `key := "engine_version"`. */
  const remembered = (node: Syntax, scope: Scope) => {
    const [name, value] = [node.field("left")?.parts[0], node.field("right")?.parts[0]];
    if (
      name === undefined ||
      value === undefined ||
      !/^(interpreted_string_literal|selector_expression)$/.test(value.type)
    )
      return;
    scope.define(name.text, go.value(value, scope));
  };
  const called = (node: Syntax, scope: Scope) => {
    const what = node.field("function");
    const args = node.field("arguments")?.parts ?? [];
    const [first] = args;
    if (what === undefined || first === undefined) return;
    if (what.field("field")?.text === "ForceNew") add(go.value(first, scope));
    else if (/RequiresReplace$/.test(first.text) || /RequiresReplace\.Append$/.test(what.text)) {
      for (const arg of args) add(pathOf(go.value(arg, scope), []));
    } else if (what.type === "identifier" && scope.get(what.text) === undefined) {
      if (go.source.find(scope.file.path, what.text) === undefined) return;
      const value = go.value(what, scope);
      if (value instanceof Closure)
        visit(
          value,
          args.map((arg) => go.value(arg, scope)),
        );
    }
  };
  visit(diff);
  return found;
}
