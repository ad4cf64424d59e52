import { readdirSync } from "node:fs";
import type { Block } from "../src/schema/block";
import { installedBindings, readBinding } from "../src/schema/packages";
import { type Argument, blocksIn, type PulumiResource, resourcesIn } from "./pulumi";

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
export function memberOf(block: Block, name: string): string | undefined {
  const written = snake(name);
  const members = settable(block);
  return members.includes(written) ? written : members.find((member) => singular(member) === singular(written));
}

interface Candidate {
  readonly resource: PulumiResource;
  readonly words: readonly string[];
  readonly args: ReadonlySet<string>;
}

/** Which share of the members of a block and of a resource both of them have. */
function likeness(members: ReadonlySet<string>, args: ReadonlySet<string>): number {
  const both = [...members].filter((name) => args.has(name)).length;
  return both / Math.max(members.size, args.size, 1);
}

/** The resource that Pulumi made of a type: the one with its name, or with nearly all of its members. */
function counterpart(type: string, block: Block, resources: readonly Candidate[]): PulumiResource | undefined {
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

/** A block of a type of hashicorp/aws, with what its documentation says of each argument. */
export interface DocumentedBlock {
  /** Names of blocks with dots; empty for the type itself. */
  readonly path: string;
  readonly block: Block;
  readonly args: readonly (Argument & { readonly member: string })[];
}

export interface DocumentedTypes {
  readonly types: ReadonlyMap<string, readonly DocumentedBlock[]>;
  /** Types that no resource of Pulumi's is like. */
  readonly unmatched: readonly string[];
}

/**
 * Every resource type of the installed bindings.
 *
 * @param folder where @pulumi/aws is unpacked
 * @param depth of blocks in blocks to read; those that hold themselves end there
 */
export function documentedTypes(folder: string | undefined, depth = 6): DocumentedTypes {
  const aws = installedBindings().find(({ name }) => name === "aws");
  if (folder === undefined || aws === undefined)
    throw new Error("say where @pulumi/aws is unpacked, and install @cdktf/provider-aws");
  const inputs = blocksIn(folder);
  const resources = resourcesIn(folder).map((resource) => ({
    resource,
    words: [letters(resource.token), letters(resource.token.split("/")[1] ?? "")],
    args: new Set(resource.args.map(({ name }) => singular(snake(name)))),
  }));
  const documented = (path: string, block: Block, args: readonly Argument[]): DocumentedBlock[] => {
    const own = args.flatMap((arg) => {
      const member = memberOf(block, arg.name);
      return member === undefined ? [] : [{ ...arg, member }];
    });
    const inside = own.flatMap(({ member, block: input }) => {
      const nested = block.blocks[member];
      const members = input === undefined ? undefined : inputs.get(input);
      if (nested === undefined || members === undefined || path.split(".").length > depth) return [];
      return documented(path === "" ? member : `${path}.${member}`, nested.block, members);
    });
    return [{ path, block, args: own }, ...inside];
  };
  const types = new Map<string, DocumentedBlock[]>();
  const unmatched: string[] = [];
  const folders = readdirSync(aws.folder).filter((name) => !/^(data-aws|ephemeral-aws|provider|index|lazy)/.test(name));
  for (const type of folders.map((name) => `aws_${name.replaceAll("-", "_")}`).sort()) {
    const block = readBinding(aws, "resource", type);
    const resource = counterpart(type, block, resources);
    if (resource === undefined) unmatched.push(type);
    else types.set(type, documented("", block, resource.args));
  }
  return { types, unmatched };
}
