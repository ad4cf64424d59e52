import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  blocks,
  entries,
  InputError,
  isObject,
  type Module,
  type ObjectValue,
  readFolder,
  toValue,
  type Value,
} from "@platform/terraform";

/** Names of the blocks that lead to each block that would run something and that no override file reaches; labels are `*`. */
const unrun = [
  ["removed", "provisioner"],
  // What a provider does besides resources, since Terraform 1.14; earlier ones do not know the word.
  ["action", "*", "*"],
  ["resource", "*", "*", "lifecycle", "action_trigger"],
];

/** What may hold a brace that opens or ends no block, then words and braces themselves. */
const token =
  /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|<<-?([\w-]+)\r?\n[\s\S]*?\n[ \t]*\1\b|"(?:\\.|[$%]\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\}|[^"\\])*"|[A-Za-z_][\w-]*|[{}]/g;

/** Whether a module has a block that would run something and that no override file reaches: see {@link takeOutUnrun}. */
const hasUnrun = ({ removed, action, resource }: ObjectValue): boolean =>
  action !== undefined ||
  blocks(removed).some(({ provisioner }) => provisioner !== undefined) ||
  [...entries(resource)].some(([, , { lifecycle }]) => blocks(lifecycle).some((block) => "action_trigger" in block));

/**
 * Takes out of the copy of a module what would run something and cannot be overridden: the provisioners of `removed`
 * blocks, and actions.
 *
 * @param module in the copy
 * @returns what was taken out
 * @throws {InputError} when some of it could not be taken out
 */
export async function takeOutUnrun({ folder, configuration }: Module): Promise<string[]> {
  if (!hasUnrun(configuration)) return [];
  let provisioners = 0;
  for (const name of readdirSync(folder).filter((file) => /\.tf(\.json)?$/.test(file))) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    if (!/\b(removed|action|action_trigger)\b/.test(text)) continue;
    const { rest, removed } = name.endsWith(".json") ? inJson(text) : inHcl(text);
    provisioners += removed;
    if (rest !== text) writeFileSync(file, rest);
  }
  if (hasUnrun(await readFolder(folder)))
    throw new InputError(
      `an action or a provisioner of a removed block in ${folder} could not be taken out: take it out yourself`,
    );
  return [
    ...Array.from({ length: provisioners }, () => "provisioner of a removed block"),
    ...[...entries(configuration.action)].map(([type]) => `action ${type}`),
  ];
}

/** What is left of a file, and how many provisioners of `removed` blocks were in it. */
interface Rest {
  readonly rest: string;
  readonly removed: number;
}

function inJson(text: string): Rest {
  const whole: { removed?: Value } = JSON.parse(text);
  const removed = blocks(whole.removed).filter(({ provisioner }) => provisioner !== undefined).length;
  return { rest: JSON.stringify(unrun.reduce<Value>(without, toValue(whole))), removed };
}

/** A configuration in Terraform's JSON without the blocks that a path leads to. */
function without(value: Value, [name = "", ...rest]: readonly string[]): Value {
  if (Array.isArray(value)) return value.map((item) => without(item, [name, ...rest]));
  if (!isObject(value)) return value;
  const last = rest.every((label) => label === "*");
  const members = Object.entries(value).flatMap(([member, held]): [string, Value][] => {
    if (name !== "*" && name !== member) return [[member, held]];
    return last ? [] : [[member, without(held, rest)]];
  });
  return Object.fromEntries(members);
}

const paths = unrun.map((path) => path.filter((name) => name !== "*").join(" "));

function inHcl(text: string): Rest {
  const cuts: [number, number][] = [];
  let removed = 0;
  const open: { readonly name: string; readonly from: number }[] = [];
  let name = "";
  let from = 0;
  for (const { 0: word, index } of text.matchAll(token)) {
    if (word === "{") open.push({ name, from });
    else if (word === "}") {
      const path = open.map((block) => block.name).join(" ");
      const closed = open.pop();
      if (closed === undefined || !paths.includes(path)) continue;
      cuts.push([closed.from, index + 1]);
      if (path === "removed provisioner") removed++;
    } else if (/^[A-Za-z_]/.test(word) && startsLine(text, index)) {
      name = word;
      from = index;
    }
  }
  return { rest: cuts.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text), removed };
}

/** Whether a word is the first of a line or of a block: what follows it are labels, be they in quotes or not. */
const startsLine = (text: string, index: number) =>
  /(^|[{}])\s*$/.test(text.slice(text.lastIndexOf("\n", index - 1) + 1, index));
