import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { letters, snake } from "./spelling";

const database = z.object({
  schema: z.object({
    resource: z.object({
      entities: z.array(
        z.object({
          cloudFormationType: z.string(),
          properties: z.record(z.string(), z.object({ causesReplacement: z.string().default("no") })).default({}),
        }),
      ),
    }),
  }),
});

/**
 * Whether CloudFormation replaces a resource when a property changes, for types and properties that have the same name
 * there. What it replaces in some cases only is left out.
 *
 * @param file db.json.gz of @aws-cdk/aws-service-spec
 */
export function cloudFormationReplacements(file: string, types: readonly string[]): Map<string, Map<string, boolean>> {
  const byLetters = new Map(types.map((type) => [letters(type.slice("aws_".length)), type]));
  const { schema } = database.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
  const found = new Map<string, Map<string, boolean>>();
  for (const { cloudFormationType, properties } of schema.resource.entities) {
    const [, service = "", resource = ""] = cloudFormationType.split("::");
    // EC2's have no name of their service before them.
    const type =
      byLetters.get(letters(`${service}${resource}`)) ??
      (service === "EC2" ? byLetters.get(letters(resource)) : undefined);
    if (type === undefined) continue;
    const known = Object.entries(properties).flatMap(([name, { causesReplacement }]): [string, boolean][] =>
      causesReplacement === "maybe" ? [] : [[snake(name), causesReplacement === "yes"]],
    );
    found.set(type, new Map(known));
  }
  return found;
}
