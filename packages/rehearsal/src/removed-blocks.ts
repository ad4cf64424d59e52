import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocks, InputError, type ObjectValue, readFolder, type Value } from "@platform/terraform";

/** What may hold a brace that opens or ends no block, then words and braces themselves. */
const token =
  /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|<<-?([\w-]+)\r?\n[\s\S]*?\n[ \t]*\1\b|"(?:\\.|[$%]\{(?:[^{}"]|"(?:\\.|[^"\\])*"|\{[^{}]*\})*\}|[^"\\])*"|[A-Za-z_][\w-]*|[{}]/g;

/**
 * Takes the provisioners out of a module's `removed` blocks, for no override file reaches them.
 *
 * @param folder of the module in the copy
 * @returns how many there were
 * @throws {InputError} when one of them could not be taken out
 */
export async function withoutRemovedProvisioners(folder: string): Promise<number> {
  let found = 0;
  for (const name of readdirSync(folder).filter((file) => /\.tf(\.json)?$/.test(file))) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    if (!/\bremoved\b/.test(text) || !/\bprovisioner\b/.test(text)) continue;
    const [rest, taken] = name.endsWith(".json") ? inJson(text) : inHcl(text);
    found += taken;
    if (taken > 0) writeFileSync(file, rest);
  }
  if (hasProvisioners(await readFolder(folder)))
    throw new InputError(`a provisioner of a removed block in ${folder} could not be taken out: take it out yourself`);
  return found;
}

/** @param configuration of a module */
export const hasProvisioners = ({ removed }: ObjectValue): boolean =>
  blocks(removed).some(({ provisioner }) => provisioner !== undefined);

function inJson(text: string): [string, number] {
  const whole: { removed?: Value } = JSON.parse(text);
  const before = blocks(whole.removed);
  const removed = before.map(({ provisioner: _provisioner, ...kept }) => kept);
  return [JSON.stringify({ ...whole, removed }), before.filter(({ provisioner }) => provisioner !== undefined).length];
}

function inHcl(text: string): [string, number] {
  const cuts: [number, number][] = [];
  let depth = 0;
  let block = "";
  let from: number | undefined;
  for (const { 0: word, index } of text.matchAll(token)) {
    if (word === "{") depth++;
    else if (word === "}") {
      depth--;
      if (depth === 1 && from !== undefined) {
        cuts.push([from, index + 1]);
        from = undefined;
      }
    } else if (/^[A-Za-z_]/.test(word)) {
      if (depth === 0) block = word;
      if (depth === 1 && block === "removed" && word === "provisioner") from = index;
    }
  }
  const kept = cuts.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text);
  return [kept, cuts.length];
}
