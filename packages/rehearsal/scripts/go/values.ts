import type { Scope } from "./scope";
import type { Syntax } from "./syntax";

/** What an expression of Go gives. Pointers are what they point to; nil is null. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Value[]
  | GoMap
  | Struct
  | Closure
  | Bound
  | External
  | Called
  | Type
  | Tuple
  | Unknown;

export class GoMap {
  constructor(
    readonly entries: Map<Value, Value>,
    readonly type?: Type,
  ) {}
}

export class Struct {
  constructor(
    readonly type: Type,
    readonly fields: Map<string, Value>,
  ) {}
}

/** A function of Go, with what it sees. */
export class Closure {
  constructor(
    /** Import path and name; empty for a function without a name. */
    readonly name: string,
    readonly declared: Syntax,
    readonly scope: Scope,
    readonly receiver?: Value,
  ) {}
}

/** A method of what is not known here, not called yet. */
export class Bound {
  constructor(
    readonly on: Value,
    readonly name: string,
  ) {}
}

/** A name of a package that is not read: `schema.TypeString`. */
export class External {
  constructor(
    readonly path: string,
    readonly name: string,
  ) {}
}

/** A call of what is not known here, with what it was given. */
export class Called {
  constructor(
    readonly what: External | Bound,
    readonly args: readonly Value[],
    readonly types: readonly Type[],
  ) {}
}

export class Type {
  constructor(
    readonly kind: "named" | "list" | "map" | "function" | "other",
    /** Import path of a named type; empty for those of the language. */
    readonly path: string,
    readonly name: string,
    /** What lists and maps hold; arguments of a generic type. */
    readonly inner: readonly Type[] = [],
  ) {}
}

/** What a function with several results gives. */
export class Tuple {
  constructor(readonly values: readonly Value[]) {}
}

/** What could not be worked out, and why. */
export class Unknown {
  constructor(readonly why: string) {}
}

/** The name that something outside has or is called by: `github.com/…/validation.IntBetween`. */
export function nameOf(value: Value | undefined): string {
  if (value instanceof External) return `${value.path}.${value.name}`;
  if (value instanceof Closure) return value.name;
  if (value instanceof Called) return nameOf(value.what);
  if (value instanceof Bound) return `${nameOf(value.on)}().${value.name}`;
  if (value instanceof Type) return `${value.path}.${value.name}`;
  return value instanceof Unknown ? `(${value.why})` : "";
}
