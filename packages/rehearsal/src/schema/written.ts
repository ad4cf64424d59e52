import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type ObjectValue, type Value } from "@platform/terraform";
import { objectType } from "./bindings";
import type { Attribute, AttributeType, Block, NestedBlock } from "./block";

/** @returns the names that a module's files write as blocks and nowhere as attributes: its JSON form has both alike */
export function writtenAsBlocks(folder: string): Set<string> {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (file) => file.isFile() && file.name.endsWith(".tf"),
  );
  const text = files.map(({ name }) => readFileSync(join(folder, name), "utf8")).join("\n");
  const words = (expression: RegExp) => [...text.matchAll(expression)].map(([, name = ""]) => name);
  const attributes = words(/(?:^|[{,])[ \t]*(\w+)[ \t]*=(?![=>])/gm);
  const blocks = [...words(/(?:^|\{)[ \t]*(\w+)[ \t]*\{/gm), ...words(/(?:^|\{)[ \t]*dynamic[ \t]+"(\w+)"/gm)];
  return new Set(blocks.filter((name) => !attributes.includes(name)));
}

/**
 * Bindings do not tell a nested attribute (`kubernetes = {}`) from a block (`kubernetes {}`), and releases of a provider
 * change one into the other: what the program writes is taken.
 *
 * @param uses every configuration of the type in the program
 * @param asBlocks names that the program writes as blocks
 */
export function asWritten(block: Block, uses: readonly ObjectValue[], asBlocks: ReadonlySet<string>): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    const members = listed(attribute);
    if (members !== undefined && asBlocks.has(name)) blocks[name] = listedBlock(attribute, members);
    else attributes[name] = members === undefined ? attribute : { ...attribute, type: withOptional(attribute.type) };
  }
  for (const [name, nested] of Object.entries(block.blocks)) {
    const values = uses.flatMap((use) => (use[name] == null ? [] : [use[name]]));
    const given = nested.min > 0 ? "required" : "optional";
    // A block is a list in the JSON form of HCL, and there is no expression for one.
    if (nested.nesting === "single" && name !== "timeouts" && values.some((value) => !Array.isArray(value)))
      attributes[name] = { type: withOptional(objectType(nested.block)), given, computed: false };
    else blocks[name] = { ...nested, block: asWritten(nested.block, values.flatMap(objects), asBlocks) };
  }
  return { attributes, blocks, open: block.open };
}

/** The members of an attribute that holds a list or a set of objects which a program may give. */
function listed({ type, given }: Attribute): { readonly [name: string]: AttributeType } | undefined {
  if (given === "never" || typeof type === "string" || (type[0] !== "list" && type[0] !== "set")) return undefined;
  const [, inner] = type;
  return typeof inner !== "string" && inner[0] === "object" ? inner[1] : undefined;
}

function listedBlock({ type, given }: Attribute, members: { readonly [name: string]: AttributeType }): NestedBlock {
  const attributes = Object.entries(members).map(([name, member]): [string, Attribute] => [
    name,
    { type: member, given: "optional", computed: false },
  ]);
  return {
    nesting: type[0] === "set" ? "set" : "list",
    block: { attributes: Object.fromEntries(attributes), blocks: {}, open: [] },
    min: given === "required" ? 1 : 0,
    max: 0,
  };
}

/** A type whose objects may lack any of their members. */
function withOptional(type: AttributeType): AttributeType {
  if (typeof type === "string") return type;
  if (type[0] !== "object") return [type[0], withOptional(type[1])];
  const members = Object.entries(type[1]).map(([name, member]) => [name, withOptional(member)]);
  return ["object", Object.fromEntries(members), Object.keys(type[1])];
}

function objects(value: Value): ObjectValue[] {
  if (Array.isArray(value)) return value.flatMap(objects);
  return isObject(value) ? [value] : [];
}
