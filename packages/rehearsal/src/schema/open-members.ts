import { isObject, type ObjectValue, type Value } from "@platform/terraform";
import type { Attribute, Block, NestedBlock } from "./block";

/**
 * Gives a member that the bindings type as `any` (a WAF rule's statement) the shape that the program uses:
 * an object or a list of objects is a block, anything else an attribute.
 *
 * @param uses every configuration of the type in the program
 */
export function closeOpenMembers(block: Block, uses: readonly ObjectValue[]): Block {
  const attributes: Record<string, Attribute> = { ...block.attributes };
  const blocks: Record<string, NestedBlock> = {};
  for (const [name, nested] of Object.entries(block.blocks)) {
    blocks[name] = {
      ...nested,
      block: closeOpenMembers(
        nested.block,
        uses.flatMap((use) => blocksOf(use, name)),
      ),
    };
  }
  for (const name of block.open) {
    const inner = uses.flatMap((use) => blocksOf(use, name));
    const values = uses.flatMap((use) => (use[name] == null ? [] : [use[name]]));
    if (inner.length > 0) blocks[name] = shapeOf(inner);
    else if (values.length > 0) attributes[name] = attributeOf(values);
  }
  return { attributes, blocks, open: [] };
}

function shapeOf(uses: readonly ObjectValue[]): NestedBlock {
  const members = new Map<string, Value[]>();
  for (const use of uses) {
    for (const [name, value] of Object.entries(use)) {
      // Terraform itself refuses what no provider may have: `excludedRule`.
      if (/^[a-z0-9_]+$/.test(name) && value !== null) members.set(name, [...(members.get(name) ?? []), value]);
    }
  }
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [name, values] of members) {
    const inner = values.flatMap(objects);
    if (inner.length > 0) blocks[name] = shapeOf(inner);
    else attributes[name] = attributeOf(values);
  }
  return { nesting: "list", block: { attributes, blocks, open: [] }, min: 0, max: 0 };
}

const attributeOf = (values: readonly Value[]): Attribute => ({
  type: typeOf(values),
  given: "optional",
  computed: false,
});

function typeOf(values: readonly Value[]): Attribute["type"] {
  if (values.some(Array.isArray)) return ["list", "string"];
  if (values.every((value) => typeof value === "number")) return "number";
  return values.every((value) => typeof value === "boolean") ? "bool" : "string";
}

/** The blocks named so in one configuration, whether written out or the content of a `dynamic` block. */
function blocksOf(use: ObjectValue, name: string): ObjectValue[] {
  const generated = isObject(use.dynamic) ? objects(use.dynamic[name]).flatMap(({ content }) => objects(content)) : [];
  return [...objects(use[name]), ...generated];
}

function objects(value: Value | undefined): ObjectValue[] {
  if (Array.isArray(value)) return value.flatMap(objects);
  return isObject(value) ? [value] : [];
}
