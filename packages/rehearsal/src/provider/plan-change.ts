import { canonical, isKnown, isObject, type ObjectValue, Unknown, unknown, type Value } from "@platform/terraform";
import type { Facts } from "../facts/facts";
import type { Block, NestedBlock } from "../schema/block";
import { type ChangedPath, changedPaths } from "./changed-paths";

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
    const before = prior?.[name] ?? null;
    if (nested.referenced === true && isAbsent(value)) planned[name] = isAbsent(before) ? unknown : before;
    else planned[name] = markNested(nested, value, before);
  }
  return planned;
}

function markNested({ nesting, block }: NestedBlock, proposed: Value, prior: Value): Value {
  if (isObject(proposed)) return markUnknown(block, proposed, isObject(prior) ? prior : null);
  if (!Array.isArray(proposed)) return proposed;
  const before = nesting === "list" && Array.isArray(prior) ? prior : [];
  const marked = proposed.map((item, index) => {
    const one = before[index] ?? null;
    return isObject(item) ? markUnknown(block, item, isObject(one) ? one : null) : item;
  });
  return nesting === "set" && Array.isArray(prior) ? recognized(block, marked, proposed, prior) : marked;
}

/**
 * Elements of a set have no place: one whose known members are those of an element before is that one. Terraform finds it
 * by itself only where the program says every member that the provider has a default of.
 */
function recognized(block: Block, planned: Value[], proposed: readonly Value[], prior: readonly Value[]): Value[] {
  const left = [...prior];
  return planned.map((item, index) => {
    const found = left.findIndex((before) => !isKnown(item) && agrees(block, item, proposed[index] ?? null, before));
    return found < 0 ? item : (left.splice(found, 1)[0] ?? item);
  });
}

/** Whether what is planned may be what was before: all is the same but what the program leaves to the cloud. */
function agrees(block: Block, planned: Value, proposed: Value, prior: Value): boolean {
  if (!isObject(planned) || !isObject(proposed) || !isObject(prior)) return same(planned, prior);
  const member = (name: string) => [planned[name] ?? null, proposed[name] ?? null, prior[name] ?? null] as const;
  const attributes = Object.keys(block.attributes).every((name) => {
    const [after, said, before] = member(name);
    return after instanceof Unknown ? said === null : same(after, before);
  });
  return attributes && Object.entries(block.blocks).every(([name, nested]) => allAgree(nested, ...member(name)));
}

function allAgree({ nesting, block }: NestedBlock, planned: Value, proposed: Value, prior: Value): boolean {
  if (planned instanceof Unknown) return isAbsent(proposed);
  if (!Array.isArray(planned)) return agrees(block, planned, proposed, prior);
  if (!Array.isArray(proposed) || !Array.isArray(prior) || planned.length !== prior.length) return false;
  const left = [...prior];
  return planned.every((item, index) => {
    const agreeing = (before: Value) => agrees(block, item, proposed[index] ?? null, before);
    const found = nesting === "set" ? left.findIndex(agreeing) : Number(agreeing(left[0] ?? null)) - 1;
    if (found >= 0) left.splice(found, 1);
    return found >= 0;
  });
}

/** Whether a value is none, or a list of no blocks. */
export const isAbsent = (value: Value) => value === null || (Array.isArray(value) && value.length === 0);

/** Whether the provider adds blocks or defaults to what the program says, which Terraform allows to providers of its first SDK only. */
export const addsValues = ({ attributes, blocks }: Block): boolean =>
  Object.values(attributes).some((attribute) => attribute.default !== undefined) ||
  Object.values(blocks).some(({ referenced, block }) => referenced === true || addsValues(block));

const same = (a: Value | undefined, b: Value | undefined) => canonical(a ?? null) === canonical(b ?? null);

/** Where a planned change makes AWS build the resource anew. */
export function replacing(
  type: string,
  block: Block,
  facts: Facts,
  prior: ObjectValue,
  planned: ObjectValue,
): ChangedPath[] {
  const paths = changedPaths(prior, planned, block).filter(({ name }) => facts.replacement(type, name) === "replaces");
  return [...new Map(paths.map((path) => [JSON.stringify(path.steps), path])).values()];
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
