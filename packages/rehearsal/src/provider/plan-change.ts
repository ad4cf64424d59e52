import { canonical, isObject, type ObjectValue, unknown, type Value } from "@platform/terraform";
import type { Facts } from "../facts/facts";
import type { Block } from "../schema/block";

/**
 * What a resource will be: the configuration, with the values that AWS fills in left unknown until apply.
 *
 * @param proposed configuration merged with the prior state, as Terraform proposes it: null where neither has a value
 * @param prior state before; null on creation
 */
export function markUnknown(block: Block, proposed: ObjectValue, prior: ObjectValue | null): ObjectValue {
  const planned: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const value = proposed[name] ?? null;
    planned[name] = attribute.writeOnly === true ? null : value === null && attribute.computed ? unknown : value;
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const value = proposed[name] ?? null;
    planned[name] =
      nested.referenced === true && isAbsent(value) ? filledBefore(prior?.[name]) : markNested(nested.block, value);
  }
  return planned;
}

const isAbsent = (value: Value) => value === null || (Array.isArray(value) && value.length === 0);
const filledBefore = (prior: Value | undefined) => (prior === undefined || isAbsent(prior) ? unknown : prior);

function markNested(block: Block, proposed: Value): Value {
  if (Array.isArray(proposed)) return proposed.map((item) => markNested(block, item));
  return isObject(proposed) ? markUnknown(block, proposed, null) : proposed;
}

/** Whether AWS may add a block that the program leaves out, which Terraform allows to providers of its first SDK only. */
export const addsBlocks = (block: Block) => Object.values(block.blocks).some(({ referenced }) => referenced === true);

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

/** Makes unknown again what AWS computes anew when something it depends on changes (a function's version, say). */
export function markRefreshed(type: string, facts: Facts, prior: ObjectValue, planned: ObjectValue): ObjectValue {
  const rule = facts.refreshed[type];
  if (rule === undefined || !rule.on.split(" ").some((name) => !same(prior[name], planned[name]))) return planned;
  const anew = rule.attributes.split(" ").filter((name) => name in planned);
  return { ...planned, ...Object.fromEntries(anew.map((name) => [name, unknown])) };
}
