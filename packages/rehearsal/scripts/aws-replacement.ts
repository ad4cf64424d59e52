/**
 * Writes src/facts/data/aws-replacement.json: what of each type AWS's API takes when it makes a resource and not when it
 * changes one, read from the models of the API. Where the API has no operation that changes such a resource, each
 * argument replaces it; where it has one, an argument that only the making takes, and the one that names the resource,
 * do. Lists, maps and blocks often have operations of their own: of them only the first is believed.
 *
 *     npm pack aws-sdk@2.1693.0 && tar xzf aws-sdk-*.tgz
 *     npm run facts:replacement -w packages/rehearsal -- "$PWD/package"
 */
import { readdirSync, writeFileSync } from "node:fs";
import type { Block } from "../src/schema/block";
import { installedBindings, readBinding } from "../src/schema/packages";
import { type Api, type Arguments, apisIn, type Operation, plain, wordsOf } from "./api-models";
import { servicePrefixes } from "./service-prefixes";

const makes =
  "Create Register Request Allocate Import Associate Attach Add Enable Run Start Authorize Provision Subscribe Put Set Assign Grant Accept Copy".split(
    " ",
  );
const changes =
  "Update Modify Put Set Change Edit Replace Reset Configure Increase Decrease Upgrade Rotate Switch Apply".split(" ");
const removes =
  "Delete Deregister Disassociate Detach Remove Release Disable Revoke Terminate Unassign Cancel Unsubscribe".split(
    " ",
  );
const ignored = new Set(["tag", "tagsall", "region", "id", "timeout"]);

/** An operation that makes a resource, with the others on the same. */
interface Making {
  readonly made: Operation;
  readonly changed: readonly Operation[];
  readonly removed: readonly Operation[];
}

/** The APIs that may be a type's, with what is left of its name. */
function* apisOf(type: string, apis: readonly Api[]): Generator<readonly [Api, readonly string[]]> {
  const parts = type.split("_").slice(1);
  for (let length = Math.min(4, parts.length); length > 0; length--) {
    const name = parts.slice(0, length).join("_");
    const names = [servicePrefixes[name] ?? name, name, name.replaceAll("_", ""), name.replaceAll("_", "-")];
    for (const api of apis) if (names.some((one) => api.names.includes(one))) yield [api, parts.slice(length)];
  }
  for (const api of apis) if (api.names.includes("ec2")) yield [api, parts];
}

function making(type: string, wanted: ReadonlySet<string>, apis: readonly Api[]): Making | undefined {
  const parts = type.split("_").slice(1);
  const all = (api: Api, made: Operation): Making => ({
    made,
    changed: api.operations.filter(
      (one) =>
        one !== made && changes.includes(one.verb) && (one.noun.startsWith(made.noun) || isPart(one.words, made.words)),
    ),
    removed: api.operations.filter((one) => removes.includes(one.verb) && one.noun === made.noun),
  });
  for (const [api, rest] of apisOf(type, apis)) {
    for (const noun of [rest, parts, rest.length > 2 ? parts.slice(-2) : []].map((words) => plain(words.join("_")))) {
      if (noun === "") continue;
      for (const verb of makes) {
        const made = api.operations.find((one) => one.verb === verb && one.noun === noun);
        if (made !== undefined) return all(api, made);
      }
    }
  }
  const words = new Set(wordsOf(parts.join("_")));
  const scored = [...apisOf(type, apis)].flatMap(([api]) =>
    api.operations.flatMap((made) => {
      if (!makes.includes(made.verb)) return [];
      const taken = [...made.takes.keys()].filter((name) => !ignored.has(name));
      const both = taken.filter((name) => wanted.has(name)).length;
      const alike = made.words.filter((word) => words.has(word)).length / made.words.length;
      if (both < Math.max(1, wanted.size / 2) || alike < 0.5) return [];
      const score = both / Math.max(wanted.size, 1) + alike / 2 + both / Math.max(taken.length, 1) / 5;
      return [{ api, made, score }];
    }),
  );
  const [first, ...others] = scored;
  if (first === undefined) return undefined;
  const { api, made } = others.reduce((best, one) => (one.score > best.score ? one : best), first);
  return all(api, made);
}

/** Whether all words of one thing are of the other: UpdateEnvironment changes what CreateEnvironmentEC2 makes. */
const isPart = (words: readonly string[], others: readonly string[]) =>
  words.every((word) => others.includes(word)) || others.every((word) => words.includes(word));

const taken = (operations: readonly Operation[]): Arguments => new Map(operations.flatMap(({ takes }) => [...takes]));

/** The members of a block whose change replaces it, as far as the API says. */
function replacing(block: Block, { made, changed, removed }: Making): string[] {
  // One operation for both, and texts that say what to change, tell nothing.
  if (made.verb === "Put" || made.verb === "Set") return [];
  const [change, remove] = [taken(changed), taken(removed)];
  if (change.has("patchoperation")) return [];
  const scalar = (name: string) => typeof block.attributes[name]?.type === "string";
  const members = [...Object.keys(block.attributes), ...Object.keys(block.blocks)];
  return members.filter((name) => {
    const word = plain(name);
    if (block.attributes[name]?.given === "never" || /^(id|region|tags|tags_all|timeouts)$/.test(name)) return false;
    if (!made.takes.has(word)) return false;
    if (changed.length === 0) return true;
    if (![...change.keys()].some((taken) => taken.endsWith(word) || word.endsWith(taken))) return scalar(name);
    return change.get(word) === true && remove.get(word) === true;
  });
}

const [folder] = process.argv.slice(2);
const aws = installedBindings().find(({ name }) => name === "aws");
if (folder === undefined || aws === undefined)
  throw new Error("say where aws-sdk is unpacked, and install @cdktf/provider-aws");
const apis = apisIn(folder);
const types: Record<string, string> = {};
for (const name of readdirSync(aws.folder).sort()) {
  if (/^(data-aws|ephemeral-aws|provider|index|lazy)/.test(name)) continue;
  const type = `aws_${name.replaceAll("-", "_")}`;
  const block = readBinding(aws, "resource", type);
  const settable = [...Object.keys(block.attributes), ...Object.keys(block.blocks)].filter(
    (member) => block.attributes[member]?.given !== "never",
  );
  const wanted = new Set(settable.map(plain).filter((word) => !ignored.has(word)));
  const found = making(type, wanted, apis);
  const names = found === undefined ? [] : replacing(block, found);
  if (names.length > 0) types[type] = names.join(" ");
}
const source =
  "aws-sdk 2.1693.0, the models of AWS's APIs: what the operation that makes a resource takes, and none that changes it; by scripts/aws-replacement.ts";
writeFileSync("src/facts/data/aws-replacement.json", `${JSON.stringify({ source, types }, null, 2)}\n`);
process.stderr.write(`${Object.keys(types).length} types\n`);
