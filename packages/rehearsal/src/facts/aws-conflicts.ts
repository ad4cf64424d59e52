import { isObject, type ObjectValue, Unknown, type Value } from "@platform/terraform";
import type { Block } from "../schema/block";
import table from "./data/aws-conflicts.json";
import type { Finding } from "./facts";

/** Arguments of one block that exclude or need each other; each text is their names, separated by spaces. */
interface Rules {
  readonly conflicts?: readonly string[];
  /** The first needs the second. */
  readonly requires?: readonly string[];
  /** The first needs the second, by the documentation alone. */
  readonly expects?: readonly string[];
  readonly exactlyOne?: readonly string[];
  readonly atLeastOne?: readonly string[];
}

const types: Readonly<Record<string, Readonly<Record<string, Rules>>>> = table.types;

/**
 * Arguments that exclude or need each other, in the words of Terraform's plugin SDK. Among several blocks of one kind its
 * providers do not compare arguments, and leave that to AWS: what is wrong there is a warning.
 */
export function checkConflicts(type: string, config: ObjectValue, block: Block): Finding[] {
  return Object.entries(types[type] ?? {}).flatMap(([path, rules]) =>
    blocksAt(path === "" ? [] : path.split("."), config, block, [], false).flatMap((found) => check(rules, found)),
  );
}

export const conflictsSource: string = table.source;

/** The rules of a type, for people to read. */
export function conflictTexts(type: string): string[] {
  return Object.entries(types[type] ?? {}).flatMap(
    ([path, { conflicts = [], requires = [], expects = [], exactlyOne = [], atLeastOne = [] }]) => {
      const at = path === "" ? "" : `in ${path}: `;
      const listed = (names: string) => names.replaceAll(" ", ", ");
      return [
        ...conflicts.map((pair) => `${at}${pair.replace(" ", " conflicts with ")}`),
        ...requires.map((pair) => `${at}${pair.replace(" ", " needs ")}`),
        ...expects.map((pair) => `${at}${pair.replace(" ", " needs, by the documentation alone, ")}`),
        ...exactlyOne.map((names) => `${at}exactly one of ${listed(names)}`),
        ...atLeastOne.map((names) => `${at}at least one of ${listed(names)}`),
      ];
    },
  );
}

interface Found {
  readonly values: ObjectValue;
  readonly path: Finding["path"];
  /** Whether it is one of several of its kind. */
  readonly several: boolean;
}

/** The blocks of a configuration that a path of names leads to. */
function blocksAt(
  names: readonly string[],
  values: ObjectValue,
  block: Block,
  path: Finding["path"],
  several: boolean,
): Found[] {
  const [name, ...rest] = names;
  if (name === undefined) return [{ values, path, several }];
  const nested = block.blocks[name];
  if (nested === undefined) return [];
  const value = values[name] ?? null;
  const items: readonly Value[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item, index) => {
    if (!isObject(item)) return [];
    const here = Array.isArray(value) ? [...path, name, index] : [...path, name];
    return blocksAt(rest, item, nested.block, here, several || (nested.nesting !== "single" && nested.max !== 1));
  });
}

function check(
  { conflicts = [], requires = [], expects = [], exactlyOne = [], atLeastOne = [] }: Rules,
  { values, path, several }: Found,
): Finding[] {
  const isSet = (name: string) => {
    const value = values[name] ?? null;
    return Array.isArray(value) ? value.length > 0 : value !== null;
  };
  // What is not known yet may turn out to be null.
  const isKnown = (name: string) => isSet(name) && !(values[name] instanceof Unknown);
  const found = (name: string | undefined, detail: string): Finding[] => [
    { path: name === undefined ? path : [...path, name], detail, ...(several && { warning: true }) },
  ];
  const quoted = (names: readonly string[]) => `\`${names.join(",")}\``;
  const combination = (names: readonly string[], most: boolean) => {
    const known = names.filter(isKnown);
    if (most && known.length > 1)
      return found(known[0], `only one of ${quoted(names)} can be specified, but ${quoted(known)} were specified`);
    return names.some(isSet) ? [] : found(undefined, `one of ${quoted(names)} must be specified`);
  };
  const missing = (pair: string) => {
    const [one = "", other = ""] = pair.split(" ");
    return isKnown(one) && !isSet(other)
      ? found(one, `"${one}": all of ${quoted([one, other])} must be specified`)
      : [];
  };
  return [
    ...conflicts.flatMap((pair) => {
      const [one = "", other = ""] = pair.split(" ");
      return isKnown(one) && isKnown(other) ? found(one, `"${one}": conflicts with ${other}`) : [];
    }),
    ...requires.flatMap(missing),
    ...expects.flatMap(missing).map((finding) => ({ ...finding, warning: true })),
    ...exactlyOne.flatMap((names) => combination(names.split(" "), true)),
    ...atLeastOne.flatMap((names) => combination(names.split(" "), false)),
  ];
}
