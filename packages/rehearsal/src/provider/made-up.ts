import { isObject, type ObjectValue, Unknown, unknown, type Value } from "@platform/terraform";

/** Shorter texts are found in others by chance. */
const leastPart = 8;

/** The texts that the offline cloud made up: they need not have the form that AWS gives them, and are no fault of the program. */
export class MadeUp {
  readonly #texts = new Set<string>();

  /** @param planned what is known of a resource before it is made @param made the same with what the cloud added */
  add(planned: Value, made: Value): void {
    if (planned instanceof Unknown) for (const text of texts(made)) this.#texts.add(text);
    else if (Array.isArray(planned) && Array.isArray(made)) {
      for (const [index, item] of planned.entries()) this.add(item, made[index] ?? null);
    } else if (isObject(planned) && isObject(made)) {
      for (const [name, member] of Object.entries(planned)) this.add(member, made[name] ?? null);
    }
  }

  /**
   * A configuration in which each text that the program has not said by itself is unknown: one that the cloud made up, or
   * that is part of it.
   */
  hiddenIn(config: ObjectValue): ObjectValue {
    return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, this.#hidden(value)]));
  }

  #hidden(value: Value): Value {
    if (typeof value === "string") return this.#has(value) ? unknown : value;
    if (Array.isArray(value)) return value.map((item) => this.#hidden(item));
    return isObject(value) ? this.hiddenIn(value) : value;
  }

  #has(text: string): boolean {
    if (this.#texts.has(text)) return true;
    // A policy with such an ARN in it is the program's own all the same.
    if (/^\s*[[{]/.test(text)) return false;
    for (const part of this.#texts) if (part.length >= leastPart && text.includes(part)) return true;
    return false;
  }
}

function* texts(value: Value): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* texts(item);
  else if (isObject(value)) for (const member of Object.values(value)) yield* texts(member);
}
