/**
 * Writes src/facts/data/aws-defaults.json: what hashicorp/aws takes for an argument that a program leaves out, read from
 * the sentences of its documentation that @pulumi/aws repeats. A sentence with a condition is left out, and so is a
 * default of an argument that the cloud fills in, whatever it says of it.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:defaults -w packages/rehearsal -- "$PWD/package"
 */
import { writeFileSync } from "node:fs";
import { column } from "../src/facts/aws-attributes";
import { valuesOf } from "../src/facts/aws-values";
import type { AttributeType } from "../src/schema/block";
import { documentedTypes } from "./documented-types";
import { readDefault } from "./sentences";

/** @returns undefined for what is no value of the type, or may have been rewritten as a name of Pulumi's */
function valueOfType(text: string, type: AttributeType, allowed: readonly string[] | undefined) {
  if (type === "bool") return text === "true" ? true : text === "false" ? false : undefined;
  if (type === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (type !== "string" || text === "" || /^(null|none|nil)$/i.test(text)) return undefined;
  if (allowed !== undefined)
    return allowed.find(
      (value) =>
        value.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase() === text.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase(),
    );
  return /^([A-Z][A-Z0-9_]*|[A-Z][a-z]+|[a-z][a-z0-9-]*|[\d.]+|\/)$/.test(text) ? text : undefined;
}

const { types: documented } = documentedTypes(process.argv[2]);
const computed = column("computed");
const inner = column("inner");
const types: Record<string, Record<string, string | number | boolean>> = {};
for (const [type, blocks] of documented) {
  const filled = new Set([...(computed[type]?.split(" ") ?? []), ...(inner[type]?.split(" ") ?? [])]);
  for (const { path, block, args } of blocks) {
    for (const { member, text } of args) {
      const attribute = block.attributes[member];
      const said = readDefault(text);
      const whole = path === "" ? member : `${path}.${member}`;
      if (said === undefined || attribute?.given !== "optional" || filled.has(whole)) continue;
      const value = valueOfType(said, attribute.type, path === "" ? valuesOf(type, member) : undefined);
      if (value !== undefined) types[type] = { ...types[type], [whole]: value };
    }
  }
}
const source =
  '@pulumi/aws 7.14.0, which repeats the documentation of hashicorp/aws 6.25.0: sentences such as "Defaults to `x`"; by scripts/aws-defaults.ts';
writeFileSync("src/facts/data/aws-defaults.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
const count = Object.values(types).reduce((sum, defaults) => sum + Object.keys(defaults).length, 0);
process.stderr.write(`${count} defaults of ${Object.keys(types).length} types\n`);
