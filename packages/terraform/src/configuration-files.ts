import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readAssembly, type Stack } from "./assembly";
import { InputError } from "./input-error";
import { parseJson } from "./json";
import { configurationValue, isObject, type ObjectValue, type Value } from "./values";

/**
 * Reads a program for Terraform.
 *
 * @param folder a `cdktf.out`, or a folder of `.tf` and `.tf.json` files, which is one stack of the folder's name
 * @returns its stacks, each after those it depends on
 * @throws {InputError} when it is neither, or a file of it cannot be read
 */
export async function readProgram(folder: string): Promise<Stack[]> {
  if (existsSync(join(folder, "manifest.json")) || !isConfiguration(folder)) {
    return Promise.all(readAssembly(folder, () => ({})).map(withOtherFiles));
  }
  return [{ name: basename(folder), folder, dependencies: [], configuration: await readFolder(folder) }];
}

/** Terraform reads every file of a synthesized stack's folder, not only the one that cdktf wrote; which may be HCL (`cdktf synth --hcl`). */
async function withOtherFiles(stack: Stack): Promise<Stack> {
  const alone = filesOf(stack.folder).every((file) => file === "cdk.tf.json");
  return alone ? stack : { ...stack, configuration: await readFolder(stack.folder) };
}

/** Whether Terraform finds a configuration in a folder. */
export const isConfiguration = (folder: string) =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true && filesOf(folder).length > 0;

/** As Terraform does, without folders and hidden files, which systems and editors leave (`._main.tf`). */
const filesOf = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    !entry.isDirectory() && /^[^.].*\.tf(\.json)?$/.test(entry.name) ? [entry.name] : [],
  );

/** Reads one module: every `.tf` and `.tf.json` file of a folder, override files last, in the form of {@link merged}. */
export async function readFolder(folder: string): Promise<ObjectValue> {
  const overrides = (file: string) => Number(/(^|_)override\.tf(\.json)?$/.test(file));
  const files = filesOf(folder).sort((a, b) => overrides(a) - overrides(b) || (a < b ? -1 : 1));
  return merged(await Promise.all(files.map((file) => readFile(join(folder, file)))));
}

async function readFile(file: string): Promise<ObjectValue> {
  const text = readFileSync(file, "utf8");
  const raw = file.endsWith(".json") ? parseJson(text, `${file} is not whole JSON`) : await parseHcl(file, text);
  const content = configurationValue(file, raw);
  if (!isObject(content)) throw new InputError(`${file} is no Terraform configuration`);
  return content;
}

/** What is used of the package. Its own types bring the browser's along, so its name is no literal. */
interface HclParser {
  /** @throws with the place of what is wrong */
  parse(file: string, text: string): Promise<unknown>;
}
const hclParser: string = "@cdktf/hcl2json";

async function parseHcl(file: string, text: string): Promise<unknown> {
  // Loaded where it is needed: its WebAssembly takes as long to start as a small plan.
  const { parse }: HclParser = await import(hclParser);
  return parse(file, text).catch((error: unknown) => {
    const said = String(error instanceof Error ? error.message : error).trim();
    // Of a file in another encoding, every byte is a mistake.
    const place = said.includes(file) ? "" : `${file}: `;
    throw new InputError(`${place}${said.length > 1000 ? `${said.slice(0, 1000)}…` : said}`);
  });
}

/** How many labels a block has, where it has any: `resource "aws_vpc" "main"` has two. */
const labels: Readonly<Record<string, number>> = {
  resource: 2,
  data: 2,
  ephemeral: 2,
  action: 2,
  module: 1,
  variable: 1,
  output: 1,
};

/**
 * Merges the files of a module into the one form that cdktf writes: `resource.TYPE.NAME` is the block itself, and
 * `provider.NAME` a list of blocks.
 *
 * @param files each as Terraform's JSON syntax allows it: a block, a list of one, or a list of many
 */
export function merged(files: readonly ObjectValue[]): ObjectValue {
  const whole: ObjectValue = {};
  for (const file of files) {
    for (const [section, content] of Object.entries(file)) {
      refuseProto(section);
      if (section === "provider") whole.provider = withProviders(whole.provider, content);
      else if (section !== "//") whole[section] = withBlocks(whole[section], content, labels[section] ?? 0);
    }
  }
  if (isObject(whole.terraform)) {
    const { required_providers: required, backend } = whole.terraform;
    if (required !== undefined) whole.terraform.required_providers = withBlocks(undefined, required, 0);
    if (backend !== undefined) whole.terraform.backend = withBlocks(undefined, backend, 1);
  }
  // A data source in a check is one of the module's, as Terraform sees it too.
  for (const check of blocks(whole.check)) {
    for (const { data } of Object.values(check).flatMap(blocks)) {
      if (data !== undefined) whole.data = withBlocks(whole.data, data, 2);
    }
  }
  return whole;
}

/** The only name that an object here cannot have for its own. What is not seen would run all the same. */
function refuseProto(name: string): void {
  if (name === "__proto__") throw new InputError("nothing may be named __proto__ here: give it another name");
}

function withBlocks(before: Value | undefined, content: Value, depth: number): ObjectValue {
  const whole: ObjectValue = isObject(before) ? before : {};
  for (const block of blocks(content)) {
    for (const [name, value] of Object.entries(block)) {
      refuseProto(name);
      if (depth > 0) whole[name] = withBlocks(whole[name], value, depth - 1);
      // Said in several blocks, and each adds to the others.
      else if (name === "required_providers") whole[name] = [...blocks(whole[name]), ...blocks(value)];
      else whole[name] = value;
    }
  }
  return whole;
}

function withProviders(before: Value | undefined, content: Value): ObjectValue {
  const whole: ObjectValue = isObject(before) ? before : {};
  for (const block of blocks(content)) {
    for (const [name, bodies] of Object.entries(block)) {
      refuseProto(name);
      const earlier = whole[name];
      whole[name] = [...(Array.isArray(earlier) ? earlier : []), ...blocks(bodies)];
    }
  }
  return whole;
}

/** The blocks in a value: one, or a list of them. */
export function blocks(value: Value | undefined): ObjectValue[] {
  if (Array.isArray(value)) return value.flatMap(blocks);
  return isObject(value) ? [value] : [];
}
