import { isObject, type ObjectValue, type Value } from "@platform/terraform";
import table from "./data/aws-deprecated.json";
import type { Finding } from "./facts";

const types: Readonly<Record<string, Readonly<Record<string, string>>>> = table.types;

export const deprecatedSource: string = table.source;

/** The arguments of a configuration that the provider warns of, in its words. */
export function checkDeprecated(type: string, config: ObjectValue): Finding[] {
  return Object.entries(types[type] ?? {}).flatMap(([path, detail]) =>
    placesOf(path.split("."), config, []).map((place) => ({
      path: place,
      warning: true,
      summary: "Argument is deprecated",
      detail,
    })),
  );
}

/** Where a configuration says something at a path of names. */
function placesOf(names: readonly string[], value: Value, place: Finding["path"]): Finding["path"][] {
  const [name, ...rest] = names;
  if (Array.isArray(value)) return value.flatMap((item, index) => placesOf(names, item, [...place, index]));
  if (name === undefined) return value === null ? [] : [place];
  return isObject(value) ? placesOf(rest, value[name] ?? null, [...place, name]) : [];
}

/** The deprecated arguments of a type, for people to read. */
export const deprecatedTexts = (type: string): string[] =>
  Object.entries(types[type] ?? {}).map(([path, words]) => `${path}: ${words}`);
