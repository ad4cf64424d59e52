import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";

/** What is read of an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). Schemas are JSON Schema 2020-12. */
const Content = z.record(z.string(), z.object({ schema: z.json() }));
const Operation = z.object({
  parameters: z
    .array(
      z.object({ name: z.string(), in: z.enum(["path", "query", "header"]), required: z.boolean(), schema: z.json() }),
    )
    .default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.default({}) })),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), z.json()).default({}) }),
});

export type Schema = z.core.util.JSONType;

export interface ApiOperation extends z.infer<typeof Operation> {
  readonly method: string;
  readonly path: string;
}

export interface ApiDescription {
  readonly operations: readonly ApiOperation[];
  /** The definition that a `$ref` of the document means. */
  definition(reference: string): Schema;
  /** Why an answer is not as the document describes it; undefined when it is. */
  fault(
    operation: ApiOperation,
    answer: { readonly status: number; readonly type: string; readonly body: string },
  ): string | undefined;
}

/** Reads a document, whose schemas ajv checks answers by. */
export function describeApi(json: unknown): ApiDescription {
  const { paths, components } = Document.parse(json);
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "document", components });
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
  );
  return {
    operations,
    definition: (reference) => {
      const found = components.schemas[reference.replace("#/components/schemas/", "")];
      if (found === undefined) throw new Error(`the document has no ${reference}`);
      return found;
    },
    fault: ({ responses }, { status, type, body }) => {
      const described = responses[String(status)];
      if (described === undefined) return `${status} is not in the document`;
      const types = Object.keys(described.content);
      if (types.length === 0) return body === "" ? undefined : `${status} has a body, which the document does not say`;
      const media = types.find((known) => type.startsWith(known));
      if (media === undefined)
        return `${status} is ${type || "without a type"}, the document says ${types.join(" or ")}`;
      const text = JSON.stringify(described.content[media]?.schema).replaceAll(
        '"#/components/',
        '"document#/components/',
      );
      const validate = ajv.compile(JSON.parse(text));
      let value: unknown;
      try {
        value = JSON.parse(body);
      } catch {
        return `${status} is no JSON: ${body.slice(0, 100)}`;
      }
      return validate(value) ? undefined : `${status} is not as the document says: ${ajv.errorsText(validate.errors)}`;
    },
  };
}
