import { builtins, constants, methods } from "./builtins";
import { unquoted } from "./literals";
import { operated } from "./operators";
import { Scope } from "./scope";
import type { Declaration, Source } from "./source";
import { run } from "./statements";
import type { Syntax } from "./syntax";
import { typeOf, zeroOf } from "./types";
import { Bound, Called, Closure, External, GoMap, Struct, Tuple, Type, Unknown, type Value } from "./values";

/** What the names of a package are, where its source is not there: undefined when they are not known either. */
export type Names = (path: string, name: string) => Value | undefined;

export type Calls = (what: External | Bound, args: readonly Value[], types: readonly Type[]) => Value | undefined;

const deepest = 200;

/**
 * Works out expressions of Go that build values: literals, calls of functions whose source is there, loops and conditions
 * over what is known. A call of anything else is kept as it is written, with its arguments.
 */
export class Evaluator {
  readonly #globals = new Map<string, Value>();
  #depth = 0;

  constructor(
    readonly source: Source,
    /** Names that are not worked out, though their source may be there. */
    private readonly names: Names,
    /** Calls that are known without their source. */
    private readonly calls: Calls = () => undefined,
  ) {}

  /** A name of a package. */
  global(path: string, name: string): Value {
    const known = constants.get(`${path}.${name}`) ?? this.names(path, name);
    if (known !== undefined) return known;
    const key = `${path}.${name}`;
    const before = this.#globals.get(key);
    if (before !== undefined) return before;
    const declared = this.source.find(path, name);
    this.#globals.set(key, new Unknown(`${key} needs itself`));
    const value = declared === undefined ? new External(path, name) : this.#declared(declared, name);
    this.#globals.set(key, value);
    return value;
  }

  #declared(declared: Declaration, name: string): Value {
    const { node, path } = declared;
    const scope = new Scope(declared);
    if (node.type === "function_declaration") return new Closure(`${path}.${name}`, node, scope);
    if (node.type === "type_declaration") return new Type("named", path, name);
    for (const spec of node.walk()) {
      if (spec.type !== "var_spec" && spec.type !== "const_spec") continue;
      const at = spec.all("name").findIndex(({ text }) => text === name);
      if (at < 0) continue;
      const value = spec.field("value")?.parts[at];
      const type = spec.field("type");
      // What a group counts cannot be worked out from one of it, but it is another than the others.
      if (value !== undefined && [...value.walk()].some((part) => part.type === "iota"))
        return new External(path, name);
      if (value !== undefined) return this.value(value, scope, type && typeOf(this, type, scope));
      if (type !== undefined) return zeroOf(this, typeOf(this, type, scope));
    }
    return new Unknown(`${path}.${name} has no value`);
  }

  /** @param wanted type of a literal that does not name its own */
  value(node: Syntax, scope: Scope, wanted?: Type): Value {
    switch (node.type) {
      case "interpreted_string_literal":
        return unquoted(node.text);
      case "raw_string_literal":
        return node.text.slice(1, -1);
      case "rune_literal":
        return unquoted(`"${node.text.slice(1, -1)}"`).codePointAt(0) ?? 0;
      case "int_literal":
        return Number(node.text.replaceAll("_", "").replace(/^0(?=\d)/, "0o"));
      case "float_literal":
        return Number(node.text.replaceAll("_", ""));
      case "true":
        return true;
      case "false":
        return false;
      case "nil":
        return null;
      case "literal_element":
      case "parenthesized_expression": {
        const [inner] = node.parts;
        return inner === undefined ? new Unknown("empty") : this.value(inner, scope, wanted);
      }
      case "identifier":
      case "type_identifier":
      case "package_identifier":
      case "field_identifier":
        return this.#named(node.text, scope);
      case "qualified_type":
      case "selector_expression":
        return this.#selected(node, scope);
      case "composite_literal": {
        const type = node.field("type");
        const body = node.field("body");
        if (type === undefined || body === undefined) return new Unknown(node.text);
        return this.#literal(body, typeOf(this, type, scope), scope);
      }
      case "literal_value":
        return wanted === undefined ? new Unknown("literal without a type") : this.#literal(node, wanted, scope);
      case "func_literal":
        return new Closure("", node, scope);
      case "call_expression":
        return this.#call(node, scope);
      case "unary_expression":
        return this.#unary(node, scope);
      case "binary_expression":
        return this.#binary(node, scope);
      case "index_expression":
        return this.#index(node, scope);
      case "slice_expression":
        return this.#slice(node, scope);
      case "type_assertion_expression":
      case "type_conversion_expression": {
        const operand = node.field("operand");
        const type = node.field("type");
        // The call of a generic function with one argument looks the same.
        const what = type?.type === "generic_type" ? this.value(type, scope) : undefined;
        if (operand !== undefined && (what instanceof Closure || what instanceof External)) {
          const types = type?.field("type_arguments")?.parts.map((part) => typeOf(this, part, scope));
          return this.apply(what, [this.value(operand, scope)], types);
        }
        return operand === undefined ? new Unknown(node.text) : this.value(operand, scope);
      }
      case "generic_type":
      case "type_instantiation_expression":
        return this.value(node.field("type") ?? node.parts[0] ?? node, scope);
      case "slice_type":
      case "array_type":
      case "map_type":
      case "pointer_type":
      case "function_type":
      case "interface_type":
        return typeOf(this, node, scope);
      default:
        return new Unknown(`${node.type} is not worked out`);
    }
  }

  #named(name: string, scope: Scope): Value {
    const local = scope.get(name);
    if (local !== undefined) return local;
    if (builtins.has(name)) return new External("", name);
    return this.global(scope.file.path, name);
  }

  #selected(node: Syntax, scope: Scope, called = false): Value {
    const operand = node.field("operand") ?? node.field("package");
    const name = (node.field("field") ?? node.field("name"))?.text ?? "";
    if (operand === undefined) return new Unknown(node.text);
    const imported = /^(package_)?identifier$/.test(operand.type) && scope.get(operand.text) === undefined;
    const path = imported ? scope.file.imports.get(operand.text) : undefined;
    if (path !== undefined) return this.global(path, name);
    const on = this.value(operand, scope);
    const type = on instanceof Struct || operand.type !== "identifier" ? undefined : scope.declared(operand.text);
    const method = type && this.source.method(type.path, type.name, name);
    if (method !== undefined) return new Closure(`${method.path}.${name}`, method.node, new Scope(method), on);
    return this.member(on, name, called);
  }

  /** A field or a method of a value. @param called whether it is called, so that it is a method */
  member(on: Value, name: string, called = false): Value {
    if (on instanceof Struct) {
      const field = on.fields.get(name);
      if (field !== undefined) return field;
      const method = this.#method(on, name);
      if (method !== undefined) return method;
      const zero = zeroOf(this, on.type, name);
      // What is got is what is set later on.
      if (zero !== null && typeof zero === "object" && !(zero instanceof Unknown)) on.fields.set(name, zero);
      if (!(zero instanceof Unknown) || called || on.type.path.startsWith(this.source.module))
        return zero instanceof Unknown && called ? new Bound(on, name) : zero;
      // Fields of types from outside are nil until they are set.
      return null;
    }
    if (on instanceof GoMap && on.type !== undefined) {
      const method = this.source.method(on.type.path, on.type.name, name);
      if (method !== undefined) return new Closure(`${on.type.path}.${name}`, method.node, new Scope(method), on);
    }
    return new Bound(on, name);
  }

  #method(on: Struct, name: string): Value | undefined {
    const { path, name: type } = on.type;
    const own = this.source.method(path, type, name);
    if (own !== undefined) return new Closure(`${path}.${type}.${name}`, own.node, new Scope(own), on);
    // Methods of what is embedded.
    const declared = this.source.find(path, type);
    const struct = declared && [...declared.node.walk()].find((node) => node.type === "struct_type");
    if (declared === undefined || struct === undefined) return undefined;
    for (const field of struct.parts[0]?.parts ?? []) {
      const embedded = field.field("name") === undefined ? field.field("type") : undefined;
      if (embedded === undefined) continue;
      const inner = typeOf(this, embedded, new Scope(declared));
      const held = on.fields.get(inner.name);
      const found = this.#method(held instanceof Struct ? held : new Struct(inner, new Map()), name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #literal(body: Syntax, type: Type, scope: Scope): Value {
    const shape = this.underlying(type);
    const keyed = body.parts.filter((part) => part.type === "keyed_element");
    const firstKey = keyed[0]?.field("key")?.parts[0]?.type;
    const isMap =
      shape.kind === "map" || (shape.kind === "named" && firstKey !== undefined && firstKey !== "identifier");
    if (isMap) {
      const entries = keyed.flatMap((part): [Value, Value][] => {
        const [key, value] = [part.field("key"), part.field("value")];
        if (key === undefined || value === undefined) return [];
        return [[this.value(key, scope, shape.inner[0]), this.value(value, scope, shape.inner[1])]];
      });
      return new GoMap(new Map(entries), type);
    }
    if (shape.kind === "list" || (keyed.length === 0 && body.parts.length > 0)) {
      // Elements may have indexes, which are taken to be in order.
      return body.parts.map((part) => this.value(part.field("value") ?? part, scope, shape.inner[0]));
    }
    const fields = new Map<string, Value>();
    for (const part of keyed) {
      const [key, value] = [part.field("key"), part.field("value")];
      if (key === undefined || value === undefined) continue;
      fields.set(key.text, this.value(value, scope, this.#fieldType(type, key.text)));
    }
    return new Struct(type, fields);
  }

  /** The type of a field, where the source of its struct is there. */
  #fieldType(type: Type, name: string): Type | undefined {
    const declared = this.source.find(type.path, type.name);
    for (const field of declared?.node.walk() ?? []) {
      if (field.type !== "field_declaration" || !field.all("name").some(({ text }) => text === name)) continue;
      const node = field.field("type");
      if (declared !== undefined && node !== undefined) return typeOf(this, node, new Scope(declared));
    }
    return undefined;
  }

  /** What a named type is made of, as far as lists and maps go. */
  underlying(type: Type): Type {
    if (type.kind !== "named") return type;
    const declared = this.source.find(type.path, type.name);
    const spec = declared?.node.parts.find((part) => /^type_(spec|alias)$/.test(part.type))?.field("type");
    if (declared === undefined || spec === undefined || spec.type === "struct_type") return type;
    const inner = typeOf(this, spec, new Scope(declared));
    return inner.kind === "named" ? this.underlying(inner) : inner;
  }

  #call(node: Syntax, scope: Scope): Value {
    const called = node.field("function");
    const list = node.field("arguments");
    if (called === undefined || list === undefined) return new Unknown(node.text);
    const index = called.type === "index_expression" ? called.field("operand") : undefined;
    const isType = (one: Value) => one instanceof Type || one instanceof External;
    const indexed = index === undefined ? undefined : this.value(index, scope);
    const generic =
      indexed !== undefined && (indexed instanceof Closure || isType(indexed) || indexed instanceof Bound);
    const plain = called.type === "selector_expression" ? this.#selected(called, scope, true) : undefined;
    const what = generic && indexed !== undefined ? indexed : (plain ?? this.value(called, scope));
    const typed = [
      ...(node.field("type_arguments")?.parts ?? []),
      ...(generic ? called.all("index") : []),
      ...(called.type === "type_instantiation_expression" ? called.parts.slice(1) : []),
    ].map((part) => typeOf(this, part, scope));
    const closure = what instanceof Closure ? what : undefined;
    const wanted = closure === undefined ? [] : parameterTypes(this, closure);
    const args = list.parts.flatMap((part, at) => {
      if (part.type !== "variadic_argument") return [this.value(part, scope, wanted[at])];
      const all = part.parts[0] === undefined ? null : this.value(part.parts[0], scope);
      return Array.isArray(all) ? all : all === null ? [] : [new Unknown("spread of what is not known")];
    });
    const [only] = args;
    if (args.length === 1 && only instanceof Tuple) return this.apply(what, only.values, typed);
    return this.apply(what, args, typed);
  }

  /** Calls a function. */
  apply(what: Value, args: readonly Value[], types: readonly Type[] = []): Value {
    if (what instanceof Type) return args[0] ?? null;
    if (what instanceof External) {
      const builtin = builtins.get(what.path === "" ? what.name : `${what.path}.${what.name}`);
      return builtin?.(this, args) ?? this.calls(what, args, types) ?? new Called(what, args, types);
    }
    if (what instanceof Bound) {
      const { on, name } = what;
      const builtin = methods.get(name)?.(this, args);
      const known = builtin ?? this.calls(what, args, types);
      if (known !== undefined) return known;
      // A method of a value whose type is only outside, of a builder of texts say.
      return on instanceof Unknown ? new Unknown(`${on.why}.${name}()`) : new Called(what, args, types);
    }
    if (!(what instanceof Closure)) {
      return new Unknown(what instanceof Unknown ? what.why : "call of what is no function");
    }
    if (this.#depth > deepest) return new Unknown(`${what.name} calls itself too deep`);
    this.#depth += 1;
    try {
      return this.#body(what, args, types);
    } finally {
      this.#depth -= 1;
    }
  }

  #body({ declared, scope: outer, receiver }: Closure, args: readonly Value[], types: readonly Type[]): Value {
    const scope = outer.inner();
    (declared.field("type_parameters")?.parts ?? [])
      .flatMap((part) => part.all("name"))
      .forEach(({ text }, at) => {
        scope.define(text, types[at] ?? new Type("other", "", text));
      });
    const self = declared.field("receiver")?.parts[0]?.field("name");
    if (self !== undefined) scope.define(self.text, receiver ?? null);
    let at = 0;
    for (const parameter of declared.field("parameters")?.parts ?? []) {
      const rest = parameter.type === "variadic_parameter_declaration";
      const type = parameter.field("type");
      const own = type === undefined || rest ? undefined : typeOf(this, type, scope);
      const unnamed = parameter.all("name").length === 0;
      for (const name of unnamed ? [undefined] : parameter.all("name")) {
        const given = rest ? args.slice(at) : (args[at] ?? new Unknown(`${name?.text} is not given`));
        if (name !== undefined) scope.define(name.text, given, own);
        at += 1;
      }
    }
    const result = declared.field("result");
    const results = (result?.type === "parameter_list" ? result.parts : []).flatMap((part) =>
      part.all("name").map(({ text }) => ({ text, type: part.field("type") })),
    );
    for (const { text, type } of results)
      scope.define(text, type === undefined ? null : zeroOf(this, typeOf(this, type, outer)));
    const body = declared.field("body");
    const end = body === undefined ? undefined : run(this, body, scope);
    if (end?.kind !== "return") return null;
    if (end.value !== undefined) return end.value;
    const values = results.map(({ text }) => scope.get(text) ?? null);
    return values.length === 1 ? (values[0] ?? null) : new Tuple(values);
  }

  #unary(node: Syntax, scope: Scope): Value {
    const operand = node.field("operand");
    if (operand === undefined) return new Unknown(node.text);
    const value = this.value(operand, scope);
    switch (node.field("operator")?.text) {
      case "!":
        return typeof value === "boolean" ? !value : new Unknown("! of what is not known");
      case "-":
        return typeof value === "number" ? -value : new Unknown("- of what is not known");
      case "*":
        return value instanceof Struct ? new Struct(value.type, new Map(value.fields)) : value;
      default:
        return value;
    }
  }

  #binary(node: Syntax, scope: Scope): Value {
    const [left, right] = [node.field("left"), node.field("right")];
    const operator = node.field("operator")?.text ?? "";
    if (left === undefined || right === undefined) return new Unknown(node.text);
    const a = this.value(left, scope);
    if (operator === "&&" && a === false) return false;
    if (operator === "||" && a === true) return true;
    return operated(operator, a, this.value(right, scope));
  }

  #index(node: Syntax, scope: Scope): Value {
    const [operand, index] = [node.field("operand"), node.field("index")];
    if (operand === undefined || index === undefined) return new Unknown(node.text);
    const on = this.value(operand, scope);
    if (on instanceof GoMap) return on.entries.get(this.value(index, scope)) ?? null;
    if (Array.isArray(on)) {
      const at = this.value(index, scope);
      return typeof at === "number" && on[at] !== undefined ? on[at] : new Unknown("index");
    }
    // A generic function or type that is not called yet.
    if (on instanceof Closure || on instanceof External || on instanceof Type) {
      return on instanceof External ? new Called(on, [], [typeOf(this, index, scope)]) : on;
    }
    return new Unknown(`${node.text.slice(0, 60)}: index of what is not known`);
  }

  #slice(node: Syntax, scope: Scope): Value {
    const operand = node.field("operand");
    const on = operand === undefined ? null : this.value(operand, scope);
    const bound = (name: string) => {
      const part = node.field(name);
      return part === undefined ? undefined : this.value(part, scope);
    };
    const [start = 0, end] = [bound("start"), bound("end")];
    if (typeof start !== "number" || (end !== undefined && typeof end !== "number")) return new Unknown("slice");
    return Array.isArray(on) || typeof on === "string"
      ? on.slice(start, end)
      : new Unknown("slice of what is not known");
  }
}

function parameterTypes(go: Evaluator, { declared, scope }: Closure): Type[] {
  return (declared.field("parameters")?.parts ?? []).flatMap((part) => {
    const type = part.field("type");
    const own = type === undefined ? new Type("other", "", "") : typeOf(go, type, scope);
    return part.all("name").length === 0 ? [own] : part.all("name").map(() => own);
  });
}
