import { readdirSync } from "node:fs";
import { isObject, type ObjectValue, type Value } from "@platform/terraform";
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
  if (type[0] === "map") return fc.dictionary(name, valueFor(attribute, type[1]), { maxKeys: 2 });
  if (type[0] === "object") {
    return fc.record(Object.fromEntries(Object.entries(type[1]).map(([key, inner]) => [key, valueFor(key, inner)])));
  }
  return fc.array(valueFor(attribute, type[1]), { minLength: 1, maxLength: 2 });
}

/** Identity and place are the cloud's to give, whatever the bindings say of a resource's own. */
const given = /^(id|region)$/;

/** What a program may say of a block: all that is required, and some of the rest. */
function blockOf(block: Block, whole = false): fc.Arbitrary<ObjectValue> {
  const members: Record<string, fc.Arbitrary<Value>> = {};
  const required: string[] = [];
  for (const [attribute, { type, given: how }] of own<Attribute>(block.attributes)) {
    // A write-only argument is kept nowhere, and its type may need a later Terraform.
    if (how === "never" || attribute.endsWith("_wo") || (whole && given.test(attribute))) continue;
    members[attribute] = valueFor(attribute, type);
    if (how === "required") required.push(attribute);
  }
  for (const [nested, { nesting, block: inner, min, max }] of own(block.blocks)) {
    if (nested === "timeouts") continue;
    const one = blockOf(inner);
    members[nested] =
      nesting === "single" ? one : fc.array(one, { minLength: Math.max(min, 1), maxLength: max === 1 ? 1 : 2 });
    if (min > 0) required.push(nested);
  }
  return fc.record(members, { requiredKeys: required });
}

const own = <Each>(members: { readonly [name: string]: Each }) =>
  Object.entries(members).filter(([member]) => !reserved.test(member));

const [aws] = installedBindings().filter(({ name: provider }) => provider === "aws");
if (aws === undefined) throw new Error("no bindings of aws");

interface Resource {
  readonly type: string;
  readonly config: ObjectValue;
}

/** Every thirtieth type that the bindings have: the tables were not made with these in mind. */
const types = readdirSync(aws.folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(provider|data-|ephemeral-|.*functions$)/.test(entry.name))
  .map((entry) => `aws_${entry.name.replaceAll("-", "_")}`)
  .filter((_type, index) => index % 30 === 0);

/** Resources of a type, where most of what is generated is not refused for its values. */
const accepted = types.flatMap((type) => {
  const block = readBinding(aws, "resource", type);
  const config = blockOf(block, true);
  const allowed = (values: ObjectValue) => facts.check(type, values, block).every(({ warning }) => warning);
  const most = fc.sample(config, { numRuns: 20, seed: 1 }).filter(allowed).length > 10;
  return most ? [config.filter(allowed).map((values): Resource => ({ type, config: values }))] : [];
});

/** Configurations of a few resources, each tagged with what the cloud says of the one before it. */
export const configurations: fc.Arbitrary<ObjectValue> = fc
  .array(fc.oneof(...accepted), { minLength: 2, maxLength: 8 })
  .map((resources) => {
    const whole: ObjectValue = {};
    for (const [index, { type, config }] of resources.entries()) {
      const before = resources[index - 1];
      const attributes = (of: string) => readBinding(aws, "resource", of).attributes;
      const reads = before !== undefined && "tags" in attributes(type) && "id" in attributes(before.type);
      const tags = reads && { tags: { before: `\${${before.type}.r${index - 1}.id}` } };
      const named = isObject(whole[type]) ? whole[type] : {};
      whole[type] = { ...named, [`r${index}`]: { ...config, ...tags } };
    }
    return { provider: { aws: [{ region: "eu-west-1" }] }, resource: whole };
  });
