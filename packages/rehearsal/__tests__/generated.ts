import { readdirSync } from "node:fs";
import type { ObjectValue, Value } from "@platform/terraform";
import fc from "fast-check";
import { aws as facts } from "../src/facts/aws";
import type { Attribute, AttributeType, Block } from "../src/schema/block";
import { installedBindings, readBinding } from "../src/schema/packages";

/** Terraform's own arguments, which some types have attributes of the same name as. */
const reserved = /^(count|for_each|depends_on|provider|lifecycle|connection|provisioner|dynamic|locals|module)$/;

const name = fc.stringMatching(/^[a-z][a-z0-9-]{2,10}$/);

/** A text that AWS takes for an attribute of that name. */
function text(attribute: string): fc.Arbitrary<Value> {
  if (/policy|json|definition|document|template|body|schema/.test(attribute)) return fc.constant("{}");
  if (attribute.includes("cidr")) return fc.constantFrom("10.0.0.0/16", "10.1.0.0/24");
  if (/_arn$/.test(attribute)) return name.map((own) => `arn:aws:iam::123456789012:role/${own}`);
  return name;
}

function valueFor(attribute: string, type: AttributeType): fc.Arbitrary<Value> {
  if (type === "string") return text(attribute);
  if (type === "number") return fc.integer({ min: 1, max: 60 });
  if (type === "bool") return fc.boolean();
  if (type[0] === "map") return fc.dictionary(name, valueFor(attribute, type[1]), { maxKeys: 3 });
  if (type[0] === "object") {
    return fc.record(Object.fromEntries(Object.entries(type[1]).map(([key, inner]) => [key, valueFor(key, inner)])));
  }
  return fc.array(valueFor(attribute, type[1]), { minLength: 1, maxLength: 3 });
}

/** Identity and place are the cloud's to give, whatever the bindings say of a resource's own. */
const given = /^(id|region)$/;

/** What a program may say of a block: all that is required, and some of the rest, which may be null. */
function blockOf(block: Block, whole = false): fc.Arbitrary<ObjectValue> {
  const members: Record<string, fc.Arbitrary<Value>> = {};
  const required: string[] = [];
  for (const [attribute, { type, given: how }] of own<Attribute>(block.attributes, whole)) {
    // A write-only argument is kept nowhere, and its type may need a later Terraform.
    if (how === "never" || attribute.endsWith("_wo") || (whole && given.test(attribute))) continue;
    const value = valueFor(attribute, type);
    if (how === "required") required.push(attribute);
    members[attribute] = how === "required" ? value : fc.option(value, { freq: 6 });
  }
  for (const [nested, { nesting, block: inner, min, max }] of own(block.blocks, whole)) {
    if (nested === "timeouts") continue;
    const one = blockOf(inner);
    members[nested] =
      nesting === "single" ? one : fc.array(one, { minLength: Math.max(min, 1), maxLength: max === 1 ? 1 : 3 });
    if (min > 0) required.push(nested);
  }
  return fc.record(members, { requiredKeys: required });
}

const own = <Each>(members: { readonly [name: string]: Each }, whole: boolean) =>
  Object.entries(members).filter(([member]) => !(whole ? reserved.test(member) : member === "dynamic"));

const [installed] = installedBindings().filter(({ name: provider }) => provider === "aws");
if (installed === undefined) throw new Error("no bindings of aws");
const aws = installed;

/** Every type that the bindings have. */
const types = readdirSync(aws.folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(provider|data-|ephemeral-|.*functions$)/.test(entry.name))
  .map((entry) => `aws_${entry.name.replaceAll("-", "_")}`);

const blocks = new Map<string, Block>();
function blockFor(type: string): Block {
  const block = blocks.get(type) ?? readBinding(aws, "resource", type);
  blocks.set(type, block);
  return block;
}

const allowed = (type: string) => (values: ObjectValue) =>
  facts.check(type, values, blockFor(type)).every(({ warning }) => warning);

/** Configurations of a type of which enough are right by chance; undefined where none is. */
const known = new Map<string, fc.Arbitrary<ObjectValue> | undefined>();
function configurationsOf(type: string): fc.Arbitrary<ObjectValue> | undefined {
  if (!known.has(type)) {
    const all = blockOf(blockFor(type), true);
    const right = fc.sample(all, { numRuns: 12, seed: 1 }).filter(allowed(type)).length;
    known.set(type, right > 2 ? all.filter(allowed(type)) : undefined);
  }
  return known.get(type);
}

/** What of Terraform's own a resource may have. */
const meta = fc.record(
  {
    count: fc.integer({ min: 0, max: 2 }),
    lifecycle: fc.constantFrom<ObjectValue>({ create_before_destroy: true }, { ignore_changes: "all" }),
  },
  { requiredKeys: [] },
);

/** A resource, how it is changed later on, and which of its texts are read from the one before it. */
interface Resource {
  readonly type: string;
  readonly config: ObjectValue;
  readonly later: ObjectValue;
  readonly meta: ObjectValue;
  readonly reads: number;
}

const resource: fc.Arbitrary<Resource> = fc
  .constantFrom(...types)
  .filter((type) => configurationsOf(type) !== undefined)
  .chain((type) => {
    const config = configurationsOf(type) ?? fc.constant({});
    return fc.record({ type: fc.constant(type), config, later: config, meta, reads: fc.nat(7) });
  });

/** A program, and what it becomes by a change of some of its resources. */
export const programs: fc.Arbitrary<{ readonly before: ObjectValue; readonly after: ObjectValue }> = fc
  .array(resource, { minLength: 4, maxLength: 14 })
  .map((resources) => ({
    before: program(resources, ({ config }) => config),
    after: program(resources, ({ config, later }, index) => (index % 2 === 0 ? later : config)),
  }));

function program(resources: readonly Resource[], config: (one: Resource, index: number) => ObjectValue): ObjectValue {
  const whole: Record<string, ObjectValue> = {};
  for (const [index, one] of resources.entries()) {
    const before = resources[index - 1];
    const read = before === undefined ? undefined : reference(before, index - 1);
    const value = read === undefined ? config(one, index) : reading(config(one, index), one, read);
    whole[one.type] = { ...whole[one.type], [`r${index}`]: { ...value, ...one.meta } };
  }
  return { provider: { aws: [{ region: "eu-west-1" }] }, resource: whole };
}

/** A value of a resource: known when it is made, and there even if its count is 0. */
function reference({ type, meta: { count } }: Resource, index: number): string | undefined {
  const address = `${type}.r${index}`;
  const attribute = ["arn", "id"].find((one) => one in blockFor(type).attributes);
  if (attribute === undefined) return undefined;
  return count === undefined ? `\${${address}.${attribute}}` : `\${join("", ${address}[*].${attribute})}`;
}

/** A configuration that reads something: in its tags, in a list of texts, or for every value of a map. */
function reading(config: ObjectValue, { type, reads }: Resource, reference: string): ObjectValue {
  const { attributes } = blockFor(type);
  const tags = "tags" in attributes && reads % 2 === 0 ? { tags: { before: reference } } : {};
  const lists = Object.entries(config).flatMap(([attribute, value]) => {
    const kind = attributes[attribute]?.type;
    const texts = Array.isArray(kind) && /^(list|set)$/.test(kind[0]) && kind[1] === "string";
    return texts && Array.isArray(value) && reads > 4 ? [[attribute, [...value, reference]]] : [];
  });
  return { ...config, ...tags, ...Object.fromEntries(lists) };
}
