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
  const seen = new Set<Syntax>();
  const add = (path: Value | undefined) => {
    if (typeof path === "string") found.add(withoutIndexes(path));
  };
  const visit = (value: Value) => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (value instanceof Called) {
      if (/customdiff\.ForceNewIf(Change)?$/.test(nameOf(value))) add(value.args[0]);
      for (const arg of value.args) visit(arg);
    }
    if (value instanceof Closure && !seen.has(value.declared)) {
      seen.add(value.declared);
      const body = value.declared.field("body");
      if (body !== undefined) scan(body, value.scope.inner());
    }
  };
  const scan = (node: Syntax, scope: Scope) => {
    if (node.type === "for_statement" && ranged(node, scope)) return;
    if (node.type === "call_expression") called(node, scope);
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
      if (value instanceof Closure) visit(value);
    }
  };
  visit(diff);
  return found;
}
