import { InputError } from "@platform/terraform";
import type { Attribute, AttributeType, Block, NestedBlock } from "./block";

/**
 * Reads the schema of one resource, data source or provider out of its generated cdktf binding.
 *
 * cdktf's generator writes every binding in one form, which this relies on:
 * - `synthesizeHclAttributes()` and `<struct>ToHclTerraform()` name each settable attribute with its mapper and type;
 * - an optional one has a `reset<Name>()` beside it, a required one has none;
 * - a getter over an attribute that no mapper names is set by the provider alone.
 *
 * @param source JavaScript of the binding, its `index-structs` files included
 * @param kind class the binding's main class extends
 * @throws {InputError} when the text holds no such class: the bindings were generated in another form
 */
export function blockOfBinding(
  source: string,
  kind: "TerraformResource" | "TerraformDataSource" | "TerraformProvider",
): Block {
  const main = new RegExp(`^class (\\w+) extends cdktf\\.${kind} \\{$`, "m").exec(source);
  if (main?.[1] === undefined) {
    throw new InputError(
      `the binding has no class that extends cdktf.${kind}: only bindings that are generated for cdktf 0.19 and later are read`,
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

const mappersOf = (source: string) => bodies(source, /^function (\w+)ToHclTerraform\(struct\) \{$/gm);
const classesOf = (source: string) => bodies(source, /^class (\w+) extends [\w.]+ \{$/gm);

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
const structMapper = /(?:index_structs_\d+\.)?(\w+)To(?:Hcl)?Terraform(?:, (true|false))?\)?\(/;
const scalars: Readonly<Record<string, AttributeType>> = { string: "string", number: "number", boolean: "bool" };

/** @param mapper text with the settable attributes @param members text of the class with getters and resets */
function blockOf(binding: Binding, mapper: string, members: string): Block {
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  const open: string[] = [];
  for (const [, name = "", value = "", shape = "", storage = ""] of mapper.matchAll(settable)) {
    const member = /(?:this\._|struct\.)(\w+)/.exec(value)?.[1] ?? name;
    const optional = members.includes(`    reset${capitalized(member)}() {`);
    const struct = structMapper.exec(value);
    if (storage === "any") open.push(name);
    else if (struct?.[1] === undefined || value.includes(`cdktf.${struct[1]}To`)) {
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

function structBlock(binding: Binding, struct: string): Block {
  const mapper = binding.mappers.get(struct) ?? "";
  return blockOf(binding, mapper, binding.classes.get(`${capitalized(struct)}OutputReference`) ?? "");
}

const scalarGetter =
  /^ {8}return (cdktf\.Token\.\w+\()?(cdktf\.Fn\.tolist\()?this\.get(String|Number|Boolean|)(List|Map|)Attribute\('(\w+)'\)/gm;
const structField = /^ {8}this\._\w+ = new ([\w.]+)\(this, "(\w+)"(?:, (true|false))?\);$/gm;

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
    const type = referenceType(binding, reference.replace(/^index_structs_\d+\./, ""), set === "true");
    if (type !== undefined) found.set(name, type);
  }
  return found;
}

function referenceType(binding: Binding, reference: string, set: boolean): AttributeType | undefined {
  const map = /^cdktf\.(String|Number|Boolean)Map(List)?$/.exec(reference);
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

function objectType(block: Block): AttributeType {
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
