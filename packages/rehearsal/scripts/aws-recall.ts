/**
 * Measures how much of hashicorp/aws the facts know, and how much of what they say is so, against the provider itself:
 * over a fifth of the types, which nobody looks at while rules are written, and over the others.
 *
 *     terraform providers schema -json > schema.json     # with hashicorp/aws 6.25.0 required
 *     git clone https://github.com/hashicorp/terraform-provider-aws
 *     npm run facts:recall -w packages/rehearsal -- "$PWD/schema.json" "$PWD/terraform-provider-aws"
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { aws, replace } from "../src/facts/aws";
import type { Block } from "../src/schema/block";
import { installedBindings } from "../src/schema/packages";
import { ProgramSchema, References } from "../src/schema/program";
import { keptAside, Tally } from "./kept-aside";
import { replacedAttributes } from "./provider-source";

interface Described {
  readonly attributes?: Record<
    string,
    { optional?: boolean | undefined; computed?: boolean | undefined; sensitive?: boolean | undefined }
  >;
  readonly block_types?: Record<string, { block: Described }>;
}
const described: z.ZodType<Described> = z.lazy(() =>
  z.object({
    attributes: z
      .record(
        z.string(),
        z.object({
          optional: z.boolean().optional(),
          computed: z.boolean().optional(),
          sensitive: z.boolean().optional(),
        }),
      )
      .default({}),
    block_types: z.record(z.string(), z.object({ block: described })).default({}),
  }),
);
const schemas = z.object({ resource_schemas: z.record(z.string(), z.object({ block: described })) });

/** What is said of attributes, by path. */
interface Said {
  readonly computed: ReadonlySet<string>;
  readonly sensitive: ReadonlySet<string>;
}

/** Every type has these, or the provider itself sets them. */
const everywhere = new Set(["id", "region", "tags_all"]);

function provider(block: Described, path = "", into = { computed: new Set<string>(), sensitive: new Set<string>() }) {
  for (const [name, { optional, computed, sensitive }] of Object.entries(block.attributes ?? {})) {
    if (path === "" && everywhere.has(name)) continue;
    if (optional && computed) into.computed.add(`${path}${name}`);
    if (sensitive) into.sensitive.add(`${path}${name}`);
  }
  for (const [name, nested] of Object.entries(block.block_types ?? {})) provider(nested.block, `${path}${name}.`, into);
  return into;
}

function facts(block: Block, path = "", into = { computed: new Set<string>(), sensitive: new Set<string>() }): Said {
  for (const [name, { given, computed, sensitive }] of Object.entries(block.attributes)) {
    if (path === "" && everywhere.has(name)) continue;
    if (given === "optional" && computed) into.computed.add(`${path}${name}`);
    if (sensitive) into.sensitive.add(`${path}${name}`);
  }
  // The provider's schema does not say of blocks whether it fills them in.
  for (const [name, { block: nested }] of Object.entries(block.blocks)) {
    facts(nested, `${path}${name}.`, into);
  }
  return into;
}

const [schemaFile, providerFolder] = process.argv.slice(2);
const bindings = installedBindings().find(({ name }) => name === "aws");
if (schemaFile === undefined || bindings === undefined)
  throw new Error("say where the provider's schema is, and install @cdktf/provider-aws");
const answer: unknown = JSON.parse(readFileSync(schemaFile, "utf8"));
const whole = z.object({ provider_schemas: z.record(z.string(), schemas) }).safeParse(answer);
const { resource_schemas: types } = schemas.parse(
  whole.success ? Object.values(whole.data.provider_schemas).find((one) => "aws_vpc" in one.resource_schemas) : answer,
);

const tally = new Tally();
const misses = process.env.MISSES === "1";
for (const [type, { block }] of Object.entries(types)) {
  const program = new ProgramSchema(bindings, new References(), aws);
  try {
    program.use("resource", type, {});
  } catch {
    continue;
  }
  const ours = program.schema().resource[type];
  if (ours === undefined) continue;
  const said = facts(ours);
  const theirs = provider(block);
  for (const kind of ["computed", "sensitive"] as const) {
    tally.add(`${kind}, top level`, type, top(theirs[kind]), top(said[kind]));
    tally.add(`${kind}, in blocks`, type, inner(theirs[kind]), inner(said[kind]));
    if (misses && !keptAside(type)) {
      const missed = [...theirs[kind]].filter((name) => !said[kind].has(name));
      const wrong = [...said[kind]].filter((name) => !theirs[kind].has(name));
      if (missed.length + wrong.length > 0)
        process.stdout.write(`${kind} ${type} missed: ${missed.join(" ")} wrong: ${wrong.join(" ")}\n`);
    }
  }
}
if (providerFolder !== undefined) {
  for (const [type, attributes] of replacedAttributes(providerFolder)) {
    if (types[type] === undefined) continue;
    const known = [...attributes].filter(
      ([name]) => name in (types[type]?.block.attributes ?? {}) || name in (types[type]?.block.block_types ?? {}),
    );
    const theirs = new Set(known.flatMap(([name, replaces]) => (replaces ? [name] : [])));
    const said = new Set(known.flatMap(([name]) => (aws.replacement(type, name) === "replaces" ? [name] : [])));
    tally.add("replaces", type, theirs, said, replace[type] !== undefined);
    if (misses && !keptAside(type)) {
      const missed = [...theirs]
        .filter((name) => !said.has(name))
        .map((name) => `${name}(${aws.replacement(type, name)})`);
      const wrong = [...said].filter((name) => !theirs.has(name));
      if (missed.length + wrong.length > 0)
        process.stdout.write(`replaces ${type} missed: ${missed.join(" ")} wrong: ${wrong.join(" ")}\n`);
    }
  }
}
process.stdout.write(tally.table());

function top(paths: ReadonlySet<string>) {
  return new Set([...paths].filter((path) => !path.includes(".")));
}
function inner(paths: ReadonlySet<string>) {
  return new Set([...paths].filter((path) => path.includes(".")));
}
