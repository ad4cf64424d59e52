import { createHash } from "node:crypto";

/** A value that Terraform learns only while it applies. */
export const later = Symbol("known after apply");

/** A sensitive value: it can be told from another one, never read. */
export class Hidden {
  readonly #fingerprint: string;

  constructor(value: unknown) {
    this.#fingerprint = createHash("sha256")
      .update(String(JSON.stringify(value)))
      .digest("base64");
  }

  /** Two sensitive values have the same key when they are the same value. Not for print. */
  static key(hidden: Hidden): string {
    return hidden.#fingerprint;
  }
}

/** A value of a plan that is safe to print: what Terraform calls sensitive is {@link Hidden} already. */
export type Value = null | boolean | number | string | Hidden | typeof later | readonly Value[] | Values;

export interface Values {
  readonly [name: string]: Value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Hidden);
}

export function isValues(value: Value | undefined): value is Values {
  return isRecord(value);
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Providers fill what nobody set with null, [] or {}, and not always the same one: to a reader all mean nothing. */
export function isAbsent(value: Value | undefined): value is null | undefined {
  if (value === null || value === undefined) return true;
  if (isList(value)) return value.length === 0;
  return isValues(value) && Object.keys(value).length === 0;
}

/** A key that two values share when they are equal. */
export function canonical(value: Value | undefined): string {
  if (value === undefined) return "null";
  if (value === later) return "(later)";
  if (value instanceof Hidden) return `(hidden ${Hidden.key(value)})`;
  if (isList(value)) return `[${value.map(canonical).join()}]`;
  if (isValues(value)) {
    const entries = Object.keys(value).sort();
    return `{${entries.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
  }
  return JSON.stringify(value);
}
