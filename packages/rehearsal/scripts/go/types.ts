import type { Evaluator } from "./evaluate";
import { Scope } from "./scope";
import type { Syntax } from "./syntax";
import { External, GoMap, Struct, Type, Unknown, type Value } from "./values";

/** The type that a piece of syntax names. A pointer is what it points to. */
export function typeOf(go: Evaluator, node: Syntax, scope: Scope): Type {
  const inner = (name: string) => {
    const part = node.field(name);
    return part === undefined ? new Type("other", "", "") : typeOf(go, part, scope);
  };
  switch (node.type) {
    case "map_type":
      return new Type("map", "", "", [inner("key"), inner("value")]);
    case "slice_type":
      return new Type("list", "", "", [inner("element")]);
    case "array_type":
    case "implicit_length_array_type":
      return new Type("list", "", "array", [inner("element")]);
    case "function_type":
      return new Type("function", "", "");
    case "generic_type": {
      const own = inner("type");
      const args = node.field("type_arguments")?.parts ?? [];
      return new Type(
        own.kind,
        own.path,
        own.name,
        args.map((part) => typeOf(go, part, scope)),
      );
    }
    case "pointer_type":
    case "parenthesized_type":
    case "type_elem":
    case "unary_expression": {
      const [part] = node.parts;
      return part === undefined ? new Type("other", "", "") : typeOf(go, part, scope);
    }
    case "identifier":
    case "type_identifier":
    case "qualified_type":
    case "selector_expression": {
      if (/^(string|bool|u?int\d*|float\d+|byte|rune|error|any)$/.test(node.text))
        return new Type("other", "", node.text);
      const value = go.value(node, scope);
      if (value instanceof Type) return value;
      return value instanceof External ? new Type("named", value.path, value.name) : new Type("other", "", node.text);
    }
    default:
      return new Type("other", "", node.type);
  }
}

/** The value that a variable has before it is set. @param field of the type, which is a struct then */
export function zeroOf(go: Evaluator, type: Type, field?: string): Value {
  if (field !== undefined) {
    const declared = go.source.find(type.path, type.name);
    for (const part of declared?.node.walk() ?? []) {
      if (part.type !== "field_declaration" || !part.all("name").some(({ text }) => text === field)) continue;
      const inner = part.field("type");
      if (declared !== undefined && inner !== undefined && inner.type !== "pointer_type")
        return zeroOf(go, typeOf(go, inner, new Scope(declared)));
      return null;
    }
    return new Unknown(`${type.name}.${field}`);
  }
  if (type.kind === "list" && type.name === "array") return [];
  if (type.kind === "list" || type.kind === "function") return null;
  if (type.kind === "map") return new GoMap(new Map(), type);
  if (type.kind === "other") {
    if (type.name === "string") return "";
    if (type.name === "bool") return false;
    return /^(u?int\d*|float\d+|byte|rune)$/.test(type.name) ? 0 : null;
  }
  const shape = go.underlying(type);
  return shape === type ? new Struct(type, new Map()) : zeroOf(go, shape);
}
