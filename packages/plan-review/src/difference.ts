import { comparePolicies, parsePolicy, type Statement, type StatementChange } from "./policy";
import { canonical, Hidden, isAbsent, isList, isValues, later, redact, type Value, type Values } from "./values";

/** One thing that differs between what is and what will be. `path` is dotted: `vpc_config.subnet_ids`. */
export type Difference =
  | { readonly kind: "value"; readonly path: string; readonly before: Value; readonly after: Value }
  | {
      readonly kind: "list";
      readonly path: string;
      readonly added: readonly Value[];
      readonly removed: readonly Value[];
    }
  | { readonly kind: "policy"; readonly path: string; readonly statements: readonly StatementChange[] }
  /** A sensitive value changes. */
  | { readonly kind: "hidden"; readonly path: string }
  /** A value will be known after apply; it may turn out to be the same. */
  | { readonly kind: "later"; readonly path: string };

/** Attributes by which providers name the entries of a list. */
const identities = ["name", "key", "sid", "id", "rule_no", "rule_number", "priority"];

/**
 * What differs, attribute by attribute.
 *
 * @param configured texts of policies as the source writes them, by attribute: they stand in for what is known after apply
 */
export function differences(before: Values, after: Values, configured: ReadonlyMap<string, string> = new Map()) {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names].sort().flatMap((name) => {
    const template = after[name] === later ? configured.get(name) : undefined;
    const found = template === undefined ? [] : (policies(name, before[name], template) ?? []);
    return found.length > 0 ? found : compare(name, before[name], after[name]);
  });
}

function compare(path: string, before: Value | undefined, after: Value | undefined): Difference[] {
  if (after === later) return [{ kind: "later", path }];
  if (isAbsent(before) && isAbsent(after)) return [];
  if (before instanceof Hidden || after instanceof Hidden) {
    return canonical(before) === canonical(after) ? [] : [{ kind: "hidden", path }];
  }
  if (either(isValues, before, after)) return fields(path, before, after);
  if (either(isList, before, after)) return entries(path, isList(before) ? before : [], isList(after) ? after : []);
  if (before === after) return [];
  return texts(path, before, after) ?? [{ kind: "value", path, before: before ?? null, after: after ?? null }];
}

/** Whether both are of the kind, or one is and the other is nothing. */
function either(
  is: (value: Value | undefined) => boolean,
  before: Value | undefined,
  after: Value | undefined,
): boolean {
  return (is(before) || isAbsent(before)) && (is(after) || isAbsent(after));
}

function fields(path: string, before: Value | undefined, after: Value | undefined): Difference[] {
  const one = isValues(before) ? before : {};
  const other = isValues(after) ? after : {};
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].flatMap((name) => compare(`${path}.${name}`, one[name], other[name]));
}

function entries(path: string, before: readonly Value[], after: readonly Value[]): Difference[] {
  // Most lists in a plan are blocks that may occur once.
  if (before.length <= 1 && after.length <= 1 && either(isValues, before[0], after[0])) {
    return fields(path, before[0], after[0]);
  }
  const identity = identities.find((name) => names(before, name) && names(after, name));
  const old = new Map<string, Value>(before.map((entry) => [identify(entry, identity), entry]));
  const fresh = new Map<string, Value>(after.map((entry) => [identify(entry, identity), entry]));
  const added = [...fresh].filter(([key]) => !old.has(key)).map(([, entry]) => entry);
  const removed = [...old].filter(([key]) => !fresh.has(key)).map(([, entry]) => entry);
  const inside =
    identity === undefined
      ? []
      : [...fresh].flatMap(([key, entry]) => (old.has(key) ? compare(`${path}[${key}]`, old.get(key), entry) : []));
  const list: Difference[] = added.length + removed.length > 0 ? [{ kind: "list", path, added, removed }] : [];
  if (list.length + inside.length === 0 && canonical(before) !== canonical(after)) {
    return [{ kind: "value", path, before, after }];
  }
  return [...list, ...inside];
}

/** Whether an attribute names each entry of a list, and no two alike. */
function names(list: readonly Value[], attribute: string): boolean {
  const keys = list.map((entry) => (isValues(entry) ? entry[attribute] : undefined));
  return keys.every((key) => typeof key === "string" || typeof key === "number") && new Set(keys).size === keys.length;
}

function identify(entry: Value, identity: string | undefined): string {
  return identity !== undefined && isValues(entry) ? canonical(entry[identity]) : canonical(entry);
}

/** Texts that hold JSON are compared as what they hold. */
function texts(path: string, before: Value | undefined, after: Value | undefined): Difference[] | undefined {
  const one = before ?? "";
  const other = after ?? "";
  if (typeof one !== "string" || typeof other !== "string") return undefined;
  const found = policies(path, one, other);
  if (found !== undefined) return found;
  const held = parseJson(one);
  const holds = parseJson(other);
  return held === undefined || holds === undefined ? undefined : compare(path, held, holds);
}

function policies(path: string, before: Value | undefined, after: Value): Difference[] | undefined {
  const statements = (value: Value | undefined): readonly Statement[] | undefined =>
    isAbsent(value) || value === "" ? [] : typeof value === "string" ? parsePolicy(value) : undefined;
  const [one, other] = [statements(before), statements(after)];
  if (one === undefined || other === undefined || one.length + other.length === 0) return undefined;
  const changes = comparePolicies(one, other);
  return changes.length === 0 ? [] : [{ kind: "policy", path, statements: changes }];
}

/** What a text of JSON holds; undefined when it is none. */
export function parseJson(text: string): Value | undefined {
  if (text === "") return null;
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return redact(JSON.parse(text), { sensitive: [] });
  } catch {
    return undefined;
  }
}
