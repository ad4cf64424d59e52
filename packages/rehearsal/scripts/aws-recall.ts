/**
 * Measures how much of hashicorp/aws the table of the provider's source knows, and how much of what it says is so: over
 * a fifth of the types, whose misses nobody looks at, and over the others. None of what it is compared with is read by
 * the same code:
 *
 *     terraform providers schema -json > schema.json     # with the table's version of hashicorp/aws required
 *     git clone https://github.com/hashicorp/terraform-provider-aws     # any release: `ForceNew` by a plain search
 *     npm pack @aws-cdk/aws-service-spec && tar xzf aws-cdk-aws-service-spec-*.tgz     # CloudFormation's word
 *     npm run facts:recall -w packages/rehearsal -- "$PWD/schema.json" "$PWD/package/db.json.gz" "$PWD/terraform-provider-aws" …
 *
 * MISSES=1 prints what differs, of the types that are not kept aside.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { cloudFormationReplacements } from "./cloudformation";
import { keptAside, Tally } from "./kept-aside";
import { printedTypes } from "./printed-schema";
import { replacedAttributes } from "./provider-source";

const pairs = z.record(z.string(), z.tuple([z.number(), z.number()]));
const entry = z.object({
  framework: z.boolean().default(false),
  replaces: z.string().default(""),
  computed: z.string().default(""),
  sensitive: z.string().default(""),
  items: pairs.default({}),
});
const [schemaFile, specFile, ...checkouts] = process.argv.slice(2);
if (schemaFile === undefined || specFile === undefined)
  throw new Error("say where the provider's schema and CloudFormation's are");
const { types } = z
  .object({ types: z.record(z.string(), entry) })
  .parse(JSON.parse(readFileSync("src/facts/data/aws-provider.json", "utf8")));
const printed = printedTypes(JSON.parse(readFileSync(schemaFile, "utf8")));

const tally = new Tally();
function compare(subject: string, type: string, so: ReadonlySet<string>, said: ReadonlySet<string>) {
  tally.add(subject, type, so, said);
  if (process.env.MISSES !== "1" || keptAside(type)) return;
  const missed = [...so].filter((path) => !said.has(path));
  const wrong = [...said].filter((path) => !so.has(path));
  if (missed.length + wrong.length > 0)
    process.stdout.write(`${subject} ${type} missed: ${missed.join(" ")} wrong: ${wrong.join(" ")}\n`);
}

const paths = (list: string) => list.split(" ").filter((path) => path !== "");
/** The SDK adds it to every type. */
const added = new Set(["id"]);

for (const [type, { attributes, blocks }] of printed) {
  const own = types[type];
  if (own === undefined) continue;
  for (const kind of ["computed", "sensitive"] as const) {
    // What a schema prints does not say of blocks whether they are filled in.
    const so = [...attributes].filter(([path, attribute]) => attribute[kind] && !added.has(path)).map(([path]) => path);
    const said = paths(own[kind]).filter((path) => !added.has(path) && !blocks.has(path));
    const parted = [`${kind}, top level`, `${kind}, in blocks`] as const;
    for (const subject of parted) {
      const inner = (path: string) => path.includes(".") === (subject === parted[1]);
      compare(subject, type, new Set(so.filter(inner)), new Set(said.filter(inner)));
    }
  }
  // The framework keeps its limits in validators, which no schema prints.
  if (own.framework) continue;
  const limits = (path: string, [min, max]: readonly [number, number]) => `${path} ${min}..${max}`;
  // The SDK prints no least number of a block that may be left out.
  const limited = Object.entries(own.items).flatMap(([path, [min, max]]) => {
    const block = blocks.get(path);
    if (block === undefined) return [];
    const least = block.required ? min : 0;
    return least === 0 && max === 0 ? [] : [limits(path, [least, max])];
  });
  const so = [...blocks].flatMap(([path, { min, max }]) => (min > 0 || max > 0 ? [limits(path, [min, max])] : []));
  compare("numbers of blocks", type, new Set(so), new Set(limited));
}

for (const folder of checkouts) {
  for (const [type, attributes] of replacedAttributes(folder)) {
    const own = types[type];
    const now = printed.get(type);
    if (own === undefined || now === undefined) continue;
    const known = [...attributes].filter(([name]) => now.attributes.has(name) || now.blocks.has(name));
    const replaces = new Set(paths(own.replaces));
    const so = new Set(known.flatMap(([name, replaced]) => (replaced ? [name] : [])));
    compare(
      `replaces, ${basename(folder)}`,
      type,
      so,
      new Set(known.flatMap(([name]) => (replaces.has(name) ? [name] : []))),
    );
  }
}

for (const [type, properties] of cloudFormationReplacements(specFile, Object.keys(types))) {
  const own = types[type];
  const now = printed.get(type);
  if (own === undefined || now === undefined) continue;
  const replaces = new Set(paths(own.replaces));
  const settable = [...properties].filter(([name]) => now.attributes.get(name)?.given || now.blocks.has(name));
  const so = new Set(settable.flatMap(([name, replaced]) => (replaced ? [name] : [])));
  compare(
    "replaces, CloudFormation",
    type,
    so,
    new Set(settable.flatMap(([name]) => (replaces.has(name) ? [name] : []))),
  );
}
process.stdout.write(tally.table());
