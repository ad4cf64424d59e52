import { z } from "zod";

interface Block {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly block_types: Readonly<Record<string, Nested>>;
}
interface Attribute {
  readonly optional: boolean;
  readonly required: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly nested_type?: { readonly attributes: Readonly<Record<string, Attribute>> } | undefined;
}
interface Nested {
  readonly block: Block;
  readonly min_items: number;
  readonly max_items: number;
}
const attribute: z.ZodType<Attribute> = z.lazy(() =>
  z.object({
    optional: z.boolean().default(false),
    required: z.boolean().default(false),
    computed: z.boolean().default(false),
    sensitive: z.boolean().default(false),
    nested_type: z.object({ attributes: z.record(z.string(), attribute) }).optional(),
  }),
);
const block: z.ZodType<Block> = z.lazy(() =>
  z.object({
    attributes: z.record(z.string(), attribute).default({}),
    block_types: z
      .record(z.string(), z.object({ block, min_items: z.number().default(0), max_items: z.number().default(0) }))
      .default({}),
  }),
);
const schemas = z.object({ resource_schemas: z.record(z.string(), z.object({ block })) });
const whole = z.object({ provider_schemas: z.record(z.string(), schemas) });

/** A resource type as `terraform providers schema -json` prints it, by paths without indexes. */
export interface Printed {
  /** `computed`: optional, and filled in when it is left out. */
  readonly attributes: Map<string, { given: boolean; computed: boolean; sensitive: boolean }>;
  readonly blocks: Map<string, { min: number; max: number; required: boolean }>;
}

/** @param answer the whole of what the command prints, or one provider's part of it */
export function printedTypes(answer: unknown): Map<string, Printed> {
  const all = whole.safeParse(answer);
  const own = all.success
    ? Object.values(all.data.provider_schemas).find((one) => "aws_vpc" in one.resource_schemas)
    : schemas.parse(answer);
  return new Map(
    Object.entries(own?.resource_schemas ?? {}).map(([type, { block: printed }]) => {
      const found: Printed = { attributes: new Map(), blocks: new Map() };
      read(printed, "", found);
      return [type, found];
    }),
  );
}

function read({ attributes, block_types }: Block, before: string, found: Printed): void {
  for (const [name, { optional, required, computed, sensitive, nested_type }] of Object.entries(attributes)) {
    const path = `${before}${name}`;
    found.attributes.set(path, { given: optional || required, computed: optional && computed, sensitive });
    if (nested_type !== undefined) read({ attributes: nested_type.attributes, block_types: {} }, `${path}.`, found);
  }
  for (const [name, { block: inner, min_items: min, max_items: max }] of Object.entries(block_types)) {
    // Each type of the first SDK has it, and none of its table.
    if (before === "" && name === "timeouts") continue;
    found.blocks.set(`${before}${name}`, { min, max, required: min > 0 });
    read(inner, `${before}${name}.`, found);
  }
}
