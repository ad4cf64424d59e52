import * as z from "zod";

/** One environment variable, as a schema describes it. */
export interface Variable {
  readonly name: string;
  /** What it is for; empty where the schema does not say. */
  readonly meaning: string;
  /** What values it takes, in words. */
  readonly values: string;
  /** What it is when it is not set: a value, or undefined when it must be set. */
  readonly fallback: string | undefined;
}

const Property = z.object({
  description: z.string().default(""),
  type: z.string().optional(),
  format: z.string().optional(),
  enum: z.array(z.string()).optional(),
  const: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.unknown().optional(),
});

/** A variable that two resources read alike is what both say of it: the first's words. */
const Shared = z.preprocess((property) => {
  const both = z.object({ allOf: z.array(z.looseObject({})) }).safeParse(property);
  return both.success ? Object.assign({}, ...both.data.allOf.toReversed()) : property;
}, Property);

const Alternative = z.object({
  properties: z.record(z.string(), Shared),
  required: z.array(z.string()).default([]),
});
const Schema = z.union([
  z.object({ anyOf: z.array(Alternative) }),
  Alternative.transform((only) => ({ anyOf: [only] })),
]);

/** The variables of a schema; with alternatives, such as two ways to the database, those of all of them. */
export function variablesOf(schema: z.core.$ZodType): readonly Variable[] {
  const { anyOf: alternatives } = Schema.parse(z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }));
  const properties = new Map(alternatives.flatMap((alternative) => Object.entries(alternative.properties)));
  return [...properties].map(([name, property]) => {
    const requiredBy = alternatives.filter(({ required }) => required.includes(name)).length;
    const unset = requiredBy === alternatives.length ? undefined : requiredBy > 0 ? "see above" : "not used";
    return {
      name,
      meaning: property.description,
      values: valuesOf(property),
      fallback: property.default === undefined ? unset : String(property.default) || "empty",
    };
  });
}

function valuesOf({ type, format, enum: choices, const: only, minimum, maximum }: z.output<typeof Property>): string {
  if (only !== undefined) return `\`${String(only)}\``;
  if (choices) return choices.map((choice) => `\`${choice}\``).join(", ");
  if (type === "integer" || type === "number") {
    const kind = type === "integer" ? "whole number" : "number";
    const largest = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
    const range = [minimum !== undefined && `from ${minimum}`, largest !== undefined && `to ${largest}`].filter(
      Boolean,
    );
    return [kind, ...range].join(" ");
  }
  return format === "uri" ? "URL" : format === "hostname" ? "host name" : "text";
}
