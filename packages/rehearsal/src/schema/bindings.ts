import { InputError } from "@platform/terraform";
import type { Attribute, AttributeType, Block, NestedBlock } from "./block";

/** The class that a binding extends, by what it is of. */
export type BaseClass =
  | "TerraformResource"
  | "TerraformDataSource"
  | "TerraformEphemeralResource"
  | "TerraformProvider";

/**
 * Reads the schema of one resource, data source or provider out of its generated binding.
 *
 * The generators of cdktf and of cdktn write every binding in one form, in JavaScript or (`cdktf get`) in TypeScript, which this relies on:
 * - `synthesizeHclAttributes()` and `<struct>ToHclTerraform()` name each settable attribute with its mapper and type;
 * - an optional one has a `reset<Name>()` beside it, a required one has none;
 * - a getter over an attribute that no mapper names is set by the provider alone.
 *
 * @param source JavaScript of the binding, its `index-structs` files included
 * @param kind class the binding's main class extends
 * @throws {InputError} when the text holds no such class: the bindings were generated in another form
 */
export function blockOfBinding(source: string, kind: BaseClass): Block {
  const main = new RegExp(`^(?:export )?class (\\w+) extends cdkt[fn]\\.${kind} \\{$`, "m").exec(source);
  if (main?.[1] === undefined || !source.includes("synthesizeHclAttributes()")) {
    throw new InputError(
      `the binding is of another form than the rehearsal reads: those that cdktf 0.19 and later or cdktn generate (@cdktf/provider-aws 19 and later)`,
    );
  }
  const binding: Binding = { source, mappers: mappersOf(source), classes: classesOf(source) };
  const body = binding.classes.get(main[1]) ?? "";
  return blockOf(binding, body.slice(body.indexOf("synthesizeHclAttributes()")), body);
}

interface Binding {
  readonly source: string;
  /** Name of a struct, first letter small -> the body of its `ToHclTerraform` function. */
  readonly mappers: ReadonlyMap<string, string>;
  readonly classes: ReadonlyMap<string, string>;
}

const mappersOf = (source: string) => bodies(source, /^(?:export )?function (\w+)ToHclTerraform\(struct\b.*\{$/gm);
const classesOf = (source: string) => bodies(source, /^(?:export )?class (\w+) extends [\w.]+ \{$/gm);

/** The text from each opening line to the next closing brace in the first column. */
function bodies(source: string, opening: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of source.matchAll(opening)) {
    if (match[1] !== undefined) found.set(match[1], source.slice(match.index, source.indexOf("\n}", match.index)));
  }
  return found;
}

const settable =
  /^ +(\w+): \{\n +value: (.*),\n +isBlock: (?:true|false),\n +type: "(\w+)",\n +storageClassType: "(\w+)",$/gm;
/** The struct's mapper inside a value expression, and whether lists of it are blocks or an attribute of objects. */
const structMapper = /(?:\w+\.)?(\w+)To(?:Hcl)?Terraform(?:, (true|false))?\)?\(/;
const scalars: Readonly<Record<string, AttributeType>> = { string: "string", number: "number", boolean: "bool" };

/** @param mapper text with the settable attributes @param members text of the class with getters and resets */
function blockOf(binding: Binding, mapper: string, members: string): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  const open: string[] = [];
  for (const [, name = "", value = "", shape = "", storage = ""] of mapper.matchAll(settable)) {
    const member = /(?:this\._|struct\.)(\w+)/.exec(value)?.[1] ?? name;
    const optional = isOptional(members, member);
    const struct = structMapper.exec(value);
    if (storage === "any") open.push(name);
    else if (struct?.[1] === undefined || /^cdkt[fn]\./.test(struct[0])) {
      const type = plainType(shape, storage);
      attributes[name] = { type, given: optional ? "optional" : "required", computed: false };
    } else if (struct[2] === "false" || shape === "map") {
      const type: AttributeType = [collection(shape), objectType(structBlock(binding, struct[1]))];
      attributes[name] = { type, given: optional ? "optional" : "required", computed: false };
    } else {
      const many = struct[2] === "true";
      const nesting = shape === "struct" ? "single" : shape === "set" ? "set" : "list";
      const min = optional ? 0 : 1;
      const max = nesting === "single" ? min : many ? 0 : 1;
      blocks[name] = { nesting, block: structBlock(binding, struct[1]), min, max };
    }
  }
  for (const [name, type] of readable(binding, members)) {
    if (!(name in attributes || name in blocks || open.includes(name))) {
      attributes[name] = { type, given: "never", computed: true };
    }
  }
  return { attributes, blocks, open };
}

/**
 * Whether a class has a method that leaves a member out. cdktf renames some (`self` is reset by resetSelfAttribute), and
 * the structs of a provider's own configuration have no class at all: all in them is taken for optional.
 */
const isOptional = (members: string, member: string) =>
  members === "" ||
  members.includes(` reset${capitalized(member)}() {`) ||
  new RegExp(`reset\\w+\\(\\) \\{\\s+this\\._${member}(\\.internalValue)? = undefined;`).test(members);

function structBlock(binding: Binding, struct: string): Block {
  const mapper = binding.mappers.get(struct) ?? "";
  return blockOf(binding, mapper, binding.classes.get(`${capitalized(struct)}OutputReference`) ?? "");
}

const scalarGetter =
  /^ +return (cdkt[fn]\.Token\.\w+\()?(cdkt[fn]\.Fn\.tolist\()?this\.get(String|Number|Boolean|)(List|Map|)Attribute\('(\w+)'\)/gm;
const structField = /^ +(?:this\.|private )?_\w+ = new ([\w.]+)\(this, "(\w+)"(?:, (true|false))?\);$/gm;

/** Every attribute that the class can read, with its type. */
function readable(binding: Binding, members: string): Map<string, AttributeType> {
  const found = new Map<string, AttributeType>();
  for (const [, , set, element = "", collected, name = ""] of members.matchAll(scalarGetter)) {
    const scalar = scalars[element.toLowerCase()] ?? "string";
    const whole: AttributeType =
      collected === "Map"
        ? ["map", scalar]
        : collected === "List"
          ? [set === undefined ? "list" : "set", scalar]
          : scalar;
    found.set(name, whole);
  }
  for (const [, reference = "", name = "", set] of members.matchAll(structField)) {
    const type = referenceType(binding, reference.replace(/^(?!cdkt[fn])\w+\./, ""), set === "true");
    if (type !== undefined) found.set(name, type);
  }
  return found;
}

function referenceType(binding: Binding, reference: string, set: boolean): AttributeType | undefined {
  const map = /^cdkt[fn]\.(String|Number|Boolean)Map(List)?$/.exec(reference);
  if (map?.[1] !== undefined) {
    const type: AttributeType = ["map", scalars[map[1].toLowerCase()] ?? "string"];
    return map[2] === undefined ? type : [set ? "set" : "list", type];
  }
  const [, struct, kind] = /^(\w+?)(OutputReference|List|Map)$/.exec(reference) ?? [];
  if (struct === undefined) return undefined;
  const lower = struct.charAt(0).toLowerCase() + struct.slice(1);
  const object = objectType(structBlock(binding, lower));
  return kind === "List" ? [set ? "set" : "list", object] : kind === "Map" ? ["map", object] : object;
}

function plainType(shape: string, storage: string): AttributeType {
  const scalar = scalars[storage];
  if (scalar !== undefined) return scalar;
  const [, element = "", inner, outer] = /^(string|number|boolean)(List|Map)(List|Map)?$/.exec(storage) ?? [];
  const simple = scalars[element];
  if (simple === undefined) throw new InputError(`the bindings know a type ${storage} that the rehearsal does not`);
  return outer === undefined
    ? [collection(shape), simple]
    : [collection(shape), [inner === "Map" ? "map" : "list", simple]];
}

/** The type of an object with what a block holds. */
export function objectType(block: Block): AttributeType {
  const members: Record<string, AttributeType> = {};
  for (const [name, attribute] of Object.entries(block.attributes)) members[name] = attribute.type;
  for (const [name, nested] of Object.entries(block.blocks)) {
    const object = objectType(nested.block);
    members[name] = nested.nesting === "single" ? object : [nested.nesting, object];
  }
  return ["object", members];
}

const collection = (shape: string) => (shape === "set" || shape === "map" ? shape : "list");
const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
