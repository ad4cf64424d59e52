import type { Declaration } from "./source";
import { Type, type Value } from "./values";

/** Names that an expression sees, from the inside out; the outermost is a file's. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #types = new Map<string, Type>();

  constructor(
    readonly file: Declaration,
    readonly outer?: Scope,
  ) {}

  inner(): Scope {
    return new Scope(this.file, this);
  }

  get(name: string): Value | undefined {
    return this.#values.has(name) ? this.#values.get(name) : this.outer?.get(name);
  }

  type(name: string): Type | undefined {
    const value = this.get(name);
    return value instanceof Type ? value : undefined;
  }

  /** The type that a parameter has in its declaration, where the name is one's. */
  declared(name: string): Type | undefined {
    return this.#values.has(name) ? this.#types.get(name) : this.outer?.declared(name);
  }

  define(name: string, value: Value, type?: Type): void {
    if (name === "_") return;
    this.#values.set(name, value);
    if (type !== undefined) this.#types.set(name, type);
  }

  /** Gives a name that is there another value. */
  set(name: string, value: Value): void {
    if (this.#values.has(name) || this.outer === undefined) this.define(name, value);
    else this.outer.set(name, value);
  }
}
