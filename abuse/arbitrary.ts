import fc, { type Arbitrary } from "fast-check";
import * as z from "zod";
import type { ApiDescription, ApiOperation, Schema } from "./openapi";

/** The keywords of JSON Schema that the documents use. */
const Keywords = z.looseObject({
  $ref: z.string().optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  anyOf: z.array(z.json()).optional(),
  oneOf: z.array(z.json()).optional(),
  allOf: z.array(z.json()).optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  items: z.json().optional(),
  properties: z.record(z.string(), z.json()).optional(),
  required: z.array(z.string()).optional(),
});

/** Texts that have broken other programs. */
const nasty = fc.constantFrom(
  "",
  " ",
  "\u0000",
  "null",
  "-0",
  "1e400",
  "__proto__",
  "' OR 1=1 --",
  "../../etc/passwd",
  "\u202e",
  "𝟘",
  "%00",
  "{{7*7}}",
  "x".repeat(5_000),
);

/** Any JSON, of the schema or not. */
const anything = fc.oneof(nasty, fc.jsonValue({ maxDepth: 3 }));

/** What no schema can name, and some requests need in order to succeed. */
export interface Known {
  /** That answers gave. */
  readonly ids: readonly string[];
  /** Texts that the API knows, by the property or parameter that holds them. */
  readonly words: Readonly<Record<string, readonly string[]>>;
}

/** One of `known`, as often as not. */
const orKnown = (made: Arbitrary<string>, known: readonly string[] = []) =>
  known.length === 0 ? made : fc.oneof(made, fc.constantFrom(...known));

/** Values of a schema, as far as its keywords say; what only its words say, the API refuses. */
function valid(schema: Schema, api: ApiDescription, known: Known, holder = ""): Arbitrary<unknown> {
  const keywords = Keywords.safeParse(schema).data;
  if (keywords === undefined) return anything;
  const { $ref, type, format, pattern, properties, required = [], items, minLength = 0, maxLength = 60 } = keywords;
  const choices = keywords.anyOf ?? keywords.oneOf;
  if ($ref !== undefined) return valid(api.definition($ref), api, known, holder);
  if (keywords.const !== undefined) return fc.constant(keywords.const);
  if (keywords.enum !== undefined) return fc.constantFrom(...keywords.enum);
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => valid(choice, api, known, holder)));
  if (keywords.allOf?.[0] !== undefined) return valid(keywords.allOf[0], api, known, holder);
  switch (type) {
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(properties ?? {}).map(([name, property]) => [name, valid(property, api, known, name)]),
        ),
        { requiredKeys: required },
      );
    case "array":
      return fc.array(valid(items ?? {}, api, known, holder), {
        minLength: keywords.minItems ?? 0,
        maxLength: keywords.maxItems ?? 3,
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
      return fc.integer({ min: keywords.minimum ?? -100, max: Math.min(keywords.maximum ?? 1_000, 2 ** 31 - 1) });
    case "number":
      return fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double());
    case "string":
      if (format === "uuid") return orKnown(fc.uuid(), known.ids);
      if (pattern !== undefined)
        return fc.stringMatching(new RegExp(pattern, "u"), { maxLength: Math.max(maxLength, 1) });
      if (format === "email") return fc.emailAddress();
      return orKnown(
        fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }),
        known.words[holder],
      );
    default:
      return anything;
  }
}

/** Mostly of the schema, sometimes with one member changed or missing, sometimes anything. */
function likely(schema: Schema, api: ApiDescription, known: Known, holder = ""): Arbitrary<unknown> {
  const good = valid(schema, api, known, holder);
  const bent = fc.tuple(good, anything, fc.nat()).map(([value, other, index]) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return other;
    const names = Object.keys(value);
    const name = names[index % Math.max(names.length, 1)] ?? "extra";
    return index % 3 === 0
      ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
      : { ...value, [name]: other };
  });
  return fc.oneof({ weight: 5, arbitrary: good }, { weight: 3, arbitrary: bent }, { weight: 1, arbitrary: anything });
}

/** A request, ready to be sent. */
export interface GeneratedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const asText = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
/** Only what a header can carry: others are the table of broken heads' to send. */
const asHeader = (value: unknown) =>
  asText(value)
    .replaceAll(/[^\x20-\x7e]/g, "")
    .slice(0, 300)
    .trim();

/** Requests of an operation. */
export function requestsOf(operation: ApiOperation, api: ApiDescription, known: Known): Arbitrary<GeneratedRequest> {
  const { method, path, parameters, requestBody } = operation;
  const types = Object.entries(requestBody?.content ?? {});
  return fc
    .record({
      values: fc.tuple(
        ...parameters.map(({ name, schema, required }) =>
          fc.option(likely(schema, api, known, name), { nil: undefined, freq: required ? 20 : 2 }),
        ),
      ),
      body:
        types.length === 0
          ? fc.constant(undefined)
          : fc.oneof(
              ...types.map(([type, { schema }]) => likely(schema, api, known).map((value) => ({ type, value }))),
            ),
    })
    .map(({ values, body }) => {
      const of = (place: string) =>
        parameters.flatMap((parameter, index) => {
          const value = values[index];
          return parameter.in === place && value !== undefined ? [[parameter.name, value] as const] : [];
        });
      const filled = of("path").reduce(
        (target, [name, value]) => target.replace(`{${name}}`, encodeURIComponent(wellFormed(asText(value))) || "x"),
        path,
      );
      const query = new URLSearchParams(
        Object.fromEntries(of("query").map(([name, value]) => [name, wellFormed(asText(value))])),
      );
      const text = body && bodyText(body.type, body.value);
      return {
        method,
        path: `${filled}${query.size > 0 ? `?${query}` : ""}`,
        headers: {
          ...Object.fromEntries(of("header").map(([name, value]) => [name, asHeader(value)])),
          ...(body && { "content-type": body.type }),
        },
        body: text,
      };
    });
}

/** Without halves of surrogate pairs, which no URL can carry. */
const wellFormed = (text: string) => text.replaceAll(/\p{Surrogate}/gu, "\ufffd");

function bodyText(type: string, value: unknown): string {
  if (type !== "application/x-www-form-urlencoded") return JSON.stringify(value) ?? "";
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new URLSearchParams(
    Object.fromEntries(fields.map(([name, field]) => [wellFormed(name), wellFormed(asText(field))])),
  ).toString();
}
