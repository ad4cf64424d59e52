/**
 * Writes src/facts/data/aws-conflicts.json: which arguments of hashicorp/aws exclude or need each other, read from the
 * sentences of its documentation that @pulumi/aws repeats. A rule stands for arguments of one block that the installed
 * bindings have; a sentence of any other form, or with a condition, is left out.
 *
 *     npm pack @pulumi/aws@7.14.0 && tar xzf pulumi-aws-*.tgz
 *     npm run facts:conflicts -w packages/rehearsal -- "$PWD/package"
 */
import { readdirSync, writeFileSync } from "node:fs";
import type { Block } from "../src/schema/block";
import { installedBindings, readBinding } from "../src/schema/packages";
import { type Argument, blocksIn, type PulumiResource, resourcesIn } from "./pulumi";
import { readSentences } from "./sentences";

const [folder = ""] = process.argv.slice(2);
const aws = installedBindings().find(({ name }) => name === "aws");
if (folder === "" || aws === undefined)
  throw new Error("say where @pulumi/aws is unpacked, and install @cdktf/provider-aws");

const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Names of lists are in the plural at Pulumi, whatever they are at Terraform. */
const singular = (name: string) =>
  name
    .replace(/ies$/, "y")
    .replace(/(?<=[sx]|ch|sh)es$/, "")
    .replace(/(?<!s)s$/, "");
const settable = (block: Block) =>
  [...Object.keys(block.attributes), ...Object.keys(block.blocks)].filter(
    (name) => block.attributes[name]?.given !== "never",
  );

/** Terraform's name of an argument of Pulumi's. */
function memberOf(block: Block, name: string): string | undefined {
  const written = snake(name);
  const members = settable(block);
  return members.includes(written) ? written : members.find((member) => singular(member) === singular(written));
}

const resources = resourcesIn(folder).map((resource) => ({
  resource,
  words: [letters(resource.token), letters(resource.token.split("/")[1] ?? "")],
  args: new Set(resource.args.map(({ name }) => singular(snake(name)))),
}));

/** Which share of the members of a block and of a resource both of them have. */
function likeness(members: ReadonlySet<string>, args: ReadonlySet<string>): number {
  const both = [...members].filter((name) => args.has(name)).length;
  return both / Math.max(members.size, args.size, 1);
}

/** The resource that Pulumi made of a type: the one with its name, or with nearly all of its members. */
function counterpart(type: string, block: Block): PulumiResource | undefined {
  const name = letters(type.slice("aws".length));
  const members = new Set(
    settable(block)
      .filter((member) => !/^(id|timeouts)$/.test(member))
      .map(singular),
  );
  const scored = resources.map(({ resource, words, args }) => ({
    resource,
    score: likeness(members, args) + (words.includes(name) ? 0.25 : 0),
  }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score >= 0.85 ? best.resource : undefined;
}

type Rules = { conflicts?: string[]; requires?: string[]; exactlyOne?: string[]; atLeastOne?: string[] };

/** The rules of a block and of those in it, by their paths with dots. */
function rulesOf(
  block: Block,
  args: readonly Argument[],
  blocks: ReadonlyMap<string, Argument[]>,
  path: string,
  depth = 0,
): [string, Rules][] {
  const sets: Record<keyof Rules, Set<string>> = {
    conflicts: new Set(),
    requires: new Set(),
    exactlyOne: new Set(),
    atLeastOne: new Set(),
  };
  const inside: [string, Rules][] = [];
  for (const { name, text, block: type } of args) {
    const own = memberOf(block, name);
    if (own === undefined) continue;
    for (const { rule, names } of readSentences(text)) {
      const others = names.map((other) => memberOf(block, other));
      if (!others.every((other) => other !== undefined)) continue;
      if (rule === "conflicts")
        for (const other of others) if (other !== own) sets.conflicts.add([own, other].sort().join(" "));
      if (rule === "neededBy") for (const other of others) if (other !== own) sets.requires.add(`${other} ${own}`);
      // What names itself in the list is said of the list; what does not is said of something else.
      if ((rule === "exactlyOne" || rule === "atLeastOne") && others.length > 1 && others.includes(own))
        sets[rule].add([...new Set(others)].sort().join(" "));
    }
    const nested = block.blocks[own];
    const members = type === undefined ? undefined : blocks.get(type);
    if (nested !== undefined && members !== undefined && depth < 6)
      inside.push(...rulesOf(nested.block, members, blocks, path === "" ? own : `${path}.${own}`, depth + 1));
  }
  const rules: Rules = {};
  for (const rule of ["conflicts", "requires", "exactlyOne", "atLeastOne"] as const)
    if (sets[rule].size > 0) rules[rule] = [...sets[rule]].sort();
  return [...(Object.keys(rules).length > 0 ? [[path, rules] as [string, Rules]] : []), ...inside];
}

const blocks = blocksIn(folder);
const types: Record<string, Record<string, Rules>> = {};
const unmatched: string[] = [];
for (const name of readdirSync(aws.folder)
  .filter((name) => !/^(data-aws|ephemeral-aws|provider$|index)/.test(name))
  .sort()) {
  const type = `aws_${name.replaceAll("-", "_")}`;
  const block = (() => {
    try {
      return readBinding(aws, "resource", type);
    } catch {
      return undefined;
    }
  })();
  if (block === undefined) continue;
  const resource = counterpart(type, block);
  if (resource === undefined) {
    unmatched.push(type);
    continue;
  }
  const rules = rulesOf(block, resource.args, blocks, "");
  if (rules.length > 0) types[type] = Object.fromEntries(rules);
}
const source =
  '@pulumi/aws 7.14.0, which repeats the documentation of hashicorp/aws 6.25.0: sentences such as "Conflicts with `x`"; by scripts/aws-conflicts.ts';
writeFileSync("src/facts/data/aws-conflicts.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
process.stderr.write(
  `${Object.keys(types).length} types have rules; no counterpart for ${unmatched.length}: ${unmatched.join(" ")}\n`,
);
