/**
 * Writes the columns computed, blocks and inner of src/facts/data/aws-attributes.json: what hashicorp/aws fills
 * in when a program leaves it out, as the types of @pulumi/aws say it. An argument that may be left out, and is never
 * undefined once the resource is there, is filled in. What Pulumi has under another name stays as the table has it; so do
 * the other columns.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:attributes -w packages/rehearsal -- "$PWD/package"
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Block } from "../src/schema/block";
import { documentedTypes } from "./documented-types";

const file = "src/facts/data/aws-attributes.json";
const table: { source: string; types: Record<string, Record<string, string>> } = JSON.parse(readFileSync(file, "utf8"));

/** Pulumi gives every resource a name by itself, so that its types do not say whether AWS would. */
const named = (block: Block, member: string) => member === "name" && !("name_prefix" in block.attributes);
const everywhere = new Set(["id", "region", "tags", "tags_all"]);

const lists = (names: readonly string[]) => [...new Set(names)].sort().join(" ");
const { types, unmatched } = documentedTypes(process.argv[2], 16);
for (const [type, blocks] of types) {
  const columns = { computed: [] as string[], blocks: [] as string[], inner: [] as string[] };
  const known = new Set<string>();
  for (const { path, block, args } of blocks) {
    for (const { member, filled, text } of args) {
      if (path === "") known.add(member);
      // A default of Pulumi's own: "Managed by Pulumi".
      if (
        !filled ||
        /Managed by Pulumi/.test(text) ||
        (path === "" && (everywhere.has(member) || named(block, member)))
      )
        continue;
      if (path !== "") {
        if (block.attributes[member]?.given === "optional") columns.inner.push(`${path}.${member}`);
      } else if (member in block.blocks) columns.blocks.push(member);
      else if (block.attributes[member]?.given === "optional") columns.computed.push(member);
    }
  }
  const { perhaps, doubtful, sensitive, ...before } = table.types[type] ?? {};
  const kept = (column: string) => (before[column]?.split(" ") ?? []).filter((name) => !known.has(name));
  const entry = Object.entries({
    computed: lists([...columns.computed, ...kept("computed")]),
    blocks: lists([...columns.blocks, ...kept("blocks")]),
    inner: lists(columns.inner),
    sensitive,
    perhaps,
    doubtful,
  });
  const said = entry.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  if (said.length > 0) table.types[type] = Object.fromEntries(said);
  else delete table.types[type];
}
const sorted = Object.fromEntries(Object.entries(table.types).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify({ ...table, types: sorted }, null, 2)}\n`);
process.stderr.write(`${types.size} types; ${unmatched.length} that Pulumi has no like of\n`);
