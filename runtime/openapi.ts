import { $ZodObject } from "zod/v4/core";
import type { Operation } from "./api";
import { jsonBody } from "./body";
import { type ErrorForm, problemDetails } from "./problem";
import * as z from "./schema";

export interface ApiInfo {
  /** Name of the service, as in config/services.ts. */
  readonly name: string;
  /** One sentence, the same as the service's. */
  readonly description: string;
  /** @default "1.0.0" */
  readonly version?: string;
  /** How errors are written. @default problemDetails */
  readonly errorForm?: ErrorForm;
}

type Json = Record<string, unknown>;

/** Problems that any operation may answer; 415, 413 and 422 join where there is something to send. */
const everywhere: Readonly<Record<number, string>> = {
  500: "Our fault; the request may be sent again.",
  503: "Not now: Retry-After says when.",
};
const withBody: Readonly<Record<number, string>> = {
  413: "The body is too large.",
  415: "The body's media type is not taken here.",
};
const withCallers: Readonly<Record<number, string>> = {
  400: "Authorization is not of the form that RFC 6750 gives it.",
  401: "The access token is missing, or not valid here: WWW-Authenticate says which.",
  403: "The access token does not allow this: WWW-Authenticate names the scope.",
  429: "The caller's requests of this minute are used up: Retry-After says when.",
};

/**
 * Makes an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1) of the schemas that check the requests.
 * @param discoveryUrl of the issuer whose tokens callers need. @default everybody may call
 */
export function openApiDocument(
  info: ApiInfo,
  operations: readonly Operation<z.core.$ZodObject>[],
  discoveryUrl?: string,
): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: describe(operation, info.errorForm ?? problemDetails, schemas, discoveryUrl !== undefined),
    };
  }
  return {
    openapi: "3.1.1",
    info: { title: info.name, description: info.description, version: info.version ?? "1.0.0" },
    paths,
    components: {
      schemas,
      securitySchemes:
        discoveryUrl === undefined
          ? { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } }
          : { callers: { type: "openIdConnect", openIdConnectUrl: discoveryUrl } },
    },
  };
}

/** JSON Schema 2020-12, which is OpenAPI 3.1's own; schemas with an `id` land once in `schemas`, and are referred to. */
function schemaOf(schema: z.core.$ZodType, io: "input" | "output", schemas: Json): unknown {
  const { properties, $defs } = z.toJSONSchema(z.object({ schema }), { io });
  const inDocument = (part: unknown): unknown =>
    JSON.parse(JSON.stringify(part).replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [id, { id: _, ...definition }] of Object.entries($defs ?? {})) schemas[id] = inDocument(definition);
  return inDocument(properties?.schema);
}

function describe(
  operation: Operation<z.core.$ZodObject>,
  errors: ErrorForm,
  schemas: Json,
  hasCallers: boolean,
): Json {
  const { summary, description, request, answers, bearer = false, scope, bodyForm = jsonBody } = operation;
  const needs = hasCallers && scope !== undefined ? `Needs a token with the scope \`${scope}\`.` : undefined;
  const words = [description, needs].filter((text) => text !== undefined).join(" ");
  const security = hasCallers && scope !== undefined ? [{ callers: [scope] }] : bearer ? [{ bearer: [] }] : undefined;
  const { params, query, headers, body } = request._zod.def.shape;
  const parameters = [
    ...parametersOf("path", params, schemas),
    ...parametersOf("query", query, schemas),
    ...parametersOf("header", headers, schemas),
  ];
  const problems: Record<number, string> = {
    ...(Object.keys(request._zod.def.shape).length > 0 && { 422: "The request is not valid." }),
    ...(body && withBody),
    ...(hasCallers && withCallers),
    ...everywhere,
  };
  return {
    summary,
    ...(words !== "" && { description: words }),
    ...(security && { security }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          bodyForm.contentTypes.map((type) => [type, { schema: schemaOf(body, "input", schemas) }]),
        ),
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          status,
          response(description, errors.schema, errors.contentType, schemas),
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          answer.body === undefined && Number(status) >= 400
            ? response(answer.description, errors.schema, errors.contentType, schemas)
            : response(answer.description, answer.body, "application/json", schemas),
        ]),
      ),
    },
  };
}

function response(description: string, body: z.core.$ZodType | undefined, type: string, schemas: Json): Json {
  if (body === undefined) return { description };
  return { description, content: { [type]: { schema: schemaOf(body, "output", schemas) } } };
}

function parametersOf(
  location: "path" | "query" | "header",
  schema: z.core.$ZodType | undefined,
  schemas: Json,
): Json[] {
  if (!(schema instanceof $ZodObject)) return [];
  return Object.entries(schema._zod.def.shape).map(([name, value]: [string, z.core.$ZodType]) => ({
    name,
    in: location,
    required: !z.safeParse(value, undefined).success,
    schema: schemaOf(value, "input", schemas),
  }));
}
