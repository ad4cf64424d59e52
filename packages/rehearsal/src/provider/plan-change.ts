import { canonical, isKnown, isObject, type ObjectValue, Unknown, unknown, type Value } from "@platform/terraform";
import type { Facts } from "../facts/facts";
import type { Block } from "../schema/block";

/**
 * What a resource will be: the configuration and the provider's defaults, with the values that AWS fills in left unknown
 * until apply.
 *
 * @param proposed configuration merged with the prior state, as Terraform proposes it: null where neither has a value
 * @param prior state before; null on creation
 */
export function markUnknown(block: Block, proposed: ObjectValue, prior: ObjectValue | null): ObjectValue {
  const planned: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const value = proposed[name] ?? null;
    const left = attribute.default ?? (attribute.computed ? unknown : null);
    planned[name] = attribute.writeOnly === true ? null : (value ?? left);
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = proposed[name] ?? null;
    const marked =
      nested.referenced === true && isAbsent(value) ? filledBefore(prior?.[name]) : markNested(nested.block, value);
    planned[name] = nested.nesting === "set" ? recognized(marked, value, prior?.[name]) : marked;
  }
  return planned;
}

/**
 * Elements of a set have no place: one whose known members are those of an element before is that one. Terraform finds it
 * by itself only where the program says every member that the provider has a default of.
 */
function recognized(planned: Value, proposed: Value, prior: Value | undefined): Value {
  if (!Array.isArray(planned) || !Array.isArray(proposed) || !Array.isArray(prior)) return planned;
  const left = [...prior];
  return planned.map((item, index) => {
    const found = isKnown(item) ? -1 : left.findIndex((before) => agrees(item, proposed[index] ?? null, before));
    return found < 0 ? item : (left.splice(found, 1)[0] ?? item);
  });
}

/** Whether a planned value may be the one before: it is the same, or the program says nothing and the cloud fills it in. */
function agrees(planned: Value, proposed: Value, prior: Value): boolean {
  if (planned instanceof Unknown) return proposed === null;
  if (Array.isArray(planned) && Array.isArray(proposed) && Array.isArray(prior)) {
    const member = (item: Value, index: number) => agrees(item, proposed[index] ?? null, prior[index] ?? null);
    return planned.length === prior.length && planned.every(member);
  }
  if (isObject(planned) && isObject(proposed) && isObject(prior)) {
    return Object.entries(planned).every(([name, item]) => agrees(item, proposed[name] ?? null, prior[name] ?? null));
  }
  return same(planned, prior);
}

const isAbsent = (value: Value) => value === null || (Array.isArray(value) && value.length === 0);
const filledBefore = (prior: Value | undefined) => (prior === undefined || isAbsent(prior) ? unknown : prior);

function markNested(block: Block, proposed: Value): Value {
  if (Array.isArray(proposed)) return proposed.map((item) => markNested(block, item));
  return isObject(proposed) ? markUnknown(block, proposed, null) : proposed;
}

/** Whether the provider adds blocks or defaults to what the program says, which Terraform allows to providers of its first SDK only. */
export const addsValues = ({ attributes, blocks }: Block): boolean =>
  Object.values(attributes).some((attribute) => attribute.default !== undefined) ||
  Object.values(blocks).some(({ referenced, block }) => referenced === true || addsValues(block));

const same = (a: Value | undefined, b: Value | undefined) => canonical(a ?? null) === canonical(b ?? null);

/** The attributes and blocks whose planned change makes AWS build the resource anew. */
export function replacing(
  type: string,
  block: Block,
  facts: Facts,
  prior: ObjectValue,
  planned: ObjectValue,
): string[] {
  return [...Object.keys(block.attributes), ...Object.keys(block.blocks)].filter(
    (name) => facts.replacement(type, name) === "replaces" && !same(prior[name], planned[name]),
  );
}

/** Keeps what stood before where the program says the same in other words, as Terraform lets a provider do. */
export function keepEquivalent(type: string, facts: Facts, prior: ObjectValue, planned: ObjectValue): ObjectValue {
  const kept = Object.entries(planned).flatMap(([name, value]) => {
    const before = prior[name];
    if (typeof before !== "string" || typeof value !== "string" || before === value) return [];
    return facts.equivalent(type, name, before, value) ? [[name, before]] : [];
  });
  return kept.length === 0 ? planned : { ...planned, ...Object.fromEntries(kept) };
}

/** Makes unknown again what AWS computes anew when something it depends on changes (a function's version, say). */
export function markRefreshed(type: string, facts: Facts, prior: ObjectValue, planned: ObjectValue): ObjectValue {
  const rule = facts.refreshed[type];
  if (rule === undefined || !rule.on.split(" ").some((name) => !same(prior[name], planned[name]))) return planned;
  const anew = rule.attributes.split(" ").filter((name) => name in planned);
  return { ...planned, ...Object.fromEntries(anew.map((name) => [name, unknown])) };
}
