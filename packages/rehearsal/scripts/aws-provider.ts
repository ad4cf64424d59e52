/**
 * Writes src/facts/data/aws-provider.json: what the Go source of hashicorp/terraform-provider-aws says of each resource
 * type, in the version of the installed bindings. It reads the source as an index of it is published, a file for each
 * declaration, and runs the part of Go that builds schemas.
 *
 *     git clone --depth 1 --branch v6.25.0 https://github.com/lonegunmanb/terraform-provider-aws-index
 *     pip download --no-deps botocore==1.43.107 && unzip -q botocore-*.whl     # AWS's API models, for lists of values
 *     npm run facts:provider -w packages/rehearsal -- "$PWD/terraform-provider-aws-index" "$PWD/botocore/data"
 */
import { writeFileSync } from "node:fs";
import { installedBindings } from "../src/schema/packages";
import { Enums } from "./provider/enums";
import { AttributeNames, namesOf } from "./provider/names";
import { providerFacts } from "./provider/table";

const [folder, models] = process.argv.slice(2);
const bindings = installedBindings().find(({ name }) => name === "aws");
if (folder === undefined || models === undefined || bindings === undefined)
  throw new Error("say where terraform-provider-aws-index and botocore/data are, and install @cdktf/provider-aws");
const version = bindings.providerVersion;
const names = new AttributeNames(namesOf(bindings));
const { types, unread, failed } = await providerFacts(folder, names, new Enums(models));

const source = `Go source of hashicorp/terraform-provider-aws ${version}, by way of terraform-provider-aws-index; by scripts/aws-provider.ts`;
const lines = [...types]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([type, facts]) => `${JSON.stringify(type)}: ${JSON.stringify(facts.form())}`);
const head = `{ "source": ${JSON.stringify(source)}, "version": ${JSON.stringify(version)}, "types": {`;
writeFileSync("src/facts/data/aws-provider.json", `${head}\n${lines.join(",\n")}\n} }\n`);

process.stderr.write(`${types.size} types; not read: ${[...failed].join(" ")}\n`);
// Where the bindings leave out what is inside of a member, they do not have its names.
const strange = [...types].flatMap(([type, facts]) => {
  const own = names.types.get(type);
  return [...facts.replaces, ...facts.computed, ...facts.sensitive]
    .filter((path) => path.split(".").some((name) => own?.has(name) === false))
    .map((path) => `${type}.${path}`);
});
process.stderr.write(`${strange.length} paths that the bindings do not have: ${strange.slice(0, 20).join(" ")}\n`);
for (const [what, count] of [...unread].sort(([, a], [, b]) => b - a)) process.stderr.write(`${count} x ${what}\n`);
