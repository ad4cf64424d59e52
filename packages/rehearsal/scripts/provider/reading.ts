import { GoMap, nameOf, Struct, type Value } from "../go/values";
import type { Plain } from "./facts";

/** What a schema is read with. */
export interface Reading {
  /** Is told what was not understood, for the count that the script prints. */
  unread(what: string): void;
}

export const field = (value: Value | undefined, name: string): Value =>
  value instanceof Struct ? (value.fields.get(name) ?? null) : null;

export const isSo = (value: Value | undefined, name: string) => field(value, name) === true;

export const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);

export const entriesOf = (value: Value | undefined): [string, Value][] =>
  value instanceof GoMap
    ? [...value.entries].flatMap(([key, one]) => (typeof key === "string" ? [[key, one]] : []))
    : [];

/** The texts of a list of Go, and whether they are all known. */
export function textsOf(value: Value | undefined, { unread }: Reading): string[] {
  return listOf(value).flatMap((one) => {
    if (typeof one === "string") return [one];
    unread(`text ${nameOf(one)}`);
    return [];
  });
}

/** A value that JSON has too. */
export const plainOf = (value: Value | undefined): Plain | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : undefined;
