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

/**
 * What Terraform says of parts of a value, in the value's own shape: `true` for the whole, `{ password: true }` for a
 * part. https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export type Mask = unknown;

export interface Masks {
  /** Parts that are sensitive: before the change, after it, or both. */
  readonly sensitive: readonly Mask[];
  /** Parts that are known after apply. */
  readonly unknown?: Mask;
}

/** Names of texts that are secret whatever the provider's schema says. */
const secretName = /(^|_)(password|passwd|passphrase|private_key|secret_string|secret_key|auth_token|access_token)$/;

/**
 * Makes a value of a plan safe to print.
 *
 * A part that is sensitive before the change or after it is hidden on both sides: else the change that marks a value as
 * sensitive would print it. Entries of lists move, so what is sensitive in one entry is taken as sensitive in all.
 */
export function redact(value: unknown, { sensitive, unknown }: Masks, name = ""): Value {
  return read(value, sensitive.filter(marks), unknown, name);
}

function read(value: unknown, sensitive: readonly Mask[], unknown: Mask, name: string): Value {
  if (unknown === true) return later;
  if (sensitive.includes(true)) return value === null || value === undefined ? null : new Hidden(value);
  if (Array.isArray(value)) {
    const each = sensitive.flatMap((mask) => (Array.isArray(mask) ? mask.filter(marks) : []));
    return value.map((entry, index) => read(entry, each, Array.isArray(unknown) ? unknown[index] : false, name));
  }
  if (isRecord(value)) {
    const names = isRecord(unknown) ? new Set([...Object.keys(value), ...Object.keys(unknown)]) : Object.keys(value);
    const part = (mask: Mask, of: string) => (isRecord(mask) ? mask[of] : false);
    return Object.fromEntries(
      [...names].map((of) => [
        of,
        read(
          value[of],
          sensitive.map((mask) => part(mask, of)),
          part(unknown, of),
          of,
        ),
      ]),
    );
  }
  if (typeof value === "string") return secretName.test(name) && value !== "" ? new Hidden(value) : value;
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Whether a mask marks anything at all: most mark nothing, and are dropped before they are walked beside every value. */
function marks(mask: Mask): boolean {
  if (Array.isArray(mask)) return mask.some(marks);
  return isRecord(mask) ? Object.values(mask).some(marks) : mask === true;
}
