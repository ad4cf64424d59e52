import type { Block } from "./block";

const nesting = { single: 1, list: 2, set: 3 } as const;

/** A schema as the plugin protocol sends it (provider/tfplugin5.json). */
export const wireSchema = (block: Block) => ({ version: 0, block: wireBlock(block) });

function wireBlock(block: Block): object {
  return {
    version: 0,
    attributes: Object.entries(block.attributes).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(attribute.type)),
      required: attribute.given === "required",
      optional: attribute.given === "optional",
      computed: attribute.computed,
      sensitive: attribute.sensitive === true,
      write_only: attribute.writeOnly === true,
    })),
    block_types: Object.entries(block.blocks).map(([name, nested]) => ({
      type_name: name,
      block: wireBlock(nested.block),
      nesting: nesting[nested.nesting],
      min_items: nested.min,
      max_items: nested.max,
    })),
  };
}
