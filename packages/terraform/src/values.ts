import { InputError } from "./input-error";

/** A value that Terraform does not know until apply. */
export class Unknown {
  /** Keeps the type nominal: no plain object is taken for an unknown value. */
  readonly unknown = true;
}
export const unknown = new Unknown();

export type Value = null | string | number | bigint | boolean | Unknown | Value[] | ObjectValue;
export interface ObjectValue {
  [name: string]: Value;
}

/** Deeper than anything that people write, and than what reads it here could take. */
const deepest = 500;

/**
 * @param depth how deep it is in the whole value
 * @throws when something in it is no Terraform value, and an {@link InputError} when it is nested too deep
 */
export function toValue(raw: unknown, depth = 0): Value {
  if (depth > deepest) throw new InputError(`a value is nested more than ${deepest} deep`);
  if (raw === null || raw === undefined) return null;
  if (raw instanceof Unknown) return raw;
  if (typeof raw === "string" || typeof raw === "number" || typeof raw === "bigint" || typeof raw === "boolean")
    return raw;
  if (Array.isArray(raw)) return raw.map((item) => toValue(item, depth + 1));
  if (typeof raw === "object")
    return Object.fromEntries(Object.entries(raw).map(([key, item]) => [key, toValue(item, depth + 1)]));
  throw new TypeError(`not a Terraform value: ${typeof raw}`);
}

/** What a file holds. @throws {InputError} that names the file when it is nested too deep */
export function configurationValue(file: string, raw: unknown): Value {
  try {
    return toValue(raw);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${file}: ${error.message}`) : error;
  }
}

/** Whether something is a Terraform value as it is, in its objects and lists too. */
export function isValue(raw: unknown): raw is Value {
  if (raw === null || raw instanceof Unknown) return true;
  if (Array.isArray(raw)) return raw.every(isValue);
  if (typeof raw !== "object") return ["string", "number", "bigint", "boolean"].includes(typeof raw);
  return Object.getPrototypeOf(raw) === Object.prototype && Object.values(raw).every(isValue);
}

export const isObject = (value: Value | undefined): value is ObjectValue =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** Whether something is an object with named members, a value of Terraform or any other. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether the value and all in it are known. */
export function isKnown(value: Value): boolean {
  if (value instanceof Unknown) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return isObject(value) ? Object.values(value).every(isKnown) : true;
}

/** Text that is equal for equal values; sets are compared as given, Terraform sends them sorted. */
export const canonical = (value: Value): string =>
  JSON.stringify(value, (_key, item: Value) =>
    item instanceof Unknown
      ? "(unknown)"
      : typeof item === "bigint"
        ? item.toString()
        : isObject(item)
          ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
          : item,
  );

/** The blocks of one kind in a configuration: `entries(stack.configuration.resource)` -> [type, name, body]. */
export function* entries(section: Value | undefined): Generator<[string, string, ObjectValue]> {
  if (!isObject(section)) return;
  for (const [type, named] of Object.entries(section)) {
    if (!isObject(named)) continue;
    for (const [name, body] of Object.entries(named)) if (isObject(body)) yield [type, name, body];
  }
}
