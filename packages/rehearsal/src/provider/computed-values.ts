import { createHash } from "node:crypto";
import { isKnown, isObject, type ObjectValue, Unknown, type Value } from "@platform/terraform";
import type { Facts, Template, Templates, ValueContext } from "../facts/facts";
import type { Attribute, AttributeType, Block } from "../schema/block";

/** Where a provider instance is configured to work. */
export interface Location {
  readonly account: string;
  readonly region: string;
}

/** The type of resource or data source whose values are computed, and where. */
export interface Subject {
  readonly type: string;
  readonly block: Block;
  readonly facts: Facts;
  readonly templates: Templates;
  readonly location: Location;
  /** What makes this resource's computed values its own. */
  readonly seed: string;
  /** How many elements a list has of which nothing is known: programs take a slice of what a data source lists. */
  readonly elements: number;
}

/**
 * Replaces every unknown value by the one that the offline cloud gives it: always the same for the same subject.
 *
 * @param planned values with unknown ones, in the shape of the subject's block
 */
export function computeUnknown(subject: Subject, planned: ObjectValue): ObjectValue {
  return new Computation(subject, planned).all();
}

/** The value of one template, with the known attributes of `values`. */
export function renderTemplate(subject: Subject, values: ObjectValue, name: string, template: Template): Value {
  const type = subject.block.attributes[name]?.type ?? "string";
  return new Computation(subject, values).render(template, name, type);
}

class Computation {
  readonly #values: ObjectValue;
  readonly #computing = new Set<string>();

  constructor(
    private readonly subject: Subject,
    planned: ObjectValue,
  ) {
    this.#values = { ...planned };
  }

  all(): ObjectValue {
    const { attributes, blocks } = this.subject.block;
    for (const name of Object.keys(attributes)) this.#attribute(name);
    for (const [name, nested] of Object.entries(blocks)) {
      const value = this.#values[name] ?? null;
      this.#values[name] =
        value instanceof Unknown ? this.#missingBlock(name, nested) : this.#nested(nested.block, value, name);
    }
    return this.#values;
  }

  render(template: Template, name: string, type: AttributeType): Value {
    const context = this.#context(name);
    if (typeof template === "function") return template(context);
    if (typeof template === "string") return convert(this.#text(template, context, name), type);
    return template.map((item) => this.#text(item, context, name));
  }

  #attribute(name: string): Value {
    const value = this.#values[name] ?? null;
    const attribute = this.subject.block.attributes[name];
    // A list planned with unknown members (a certificate's validation records) is computed as a whole.
    if (isKnown(value) || attribute === undefined) return value;
    if (this.#computing.has(name)) return null;
    this.#computing.add(name);
    const computed = this.#computed(name, attribute);
    this.#computing.delete(name);
    this.#values[name] = computed;
    return computed;
  }

  #computed(name: string, attribute: Attribute): Value {
    const template = this.subject.templates[name];
    // A text that the program reads as JSON: what it takes of it is there.
    if (attribute.json === true && attribute.keys !== undefined && typeof template !== "function") {
      return JSON.stringify(Object.fromEntries(attribute.keys.map((key) => [key, this.#filled("string", key, key)])));
    }
    if (template !== undefined) return this.render(template, name, attribute.type);
    const collection = Array.isArray(attribute.type) && attribute.type[0] !== "object";
    // What AWS adds to an optional list depends on the world: none, unless the program reads it.
    if (collection && attribute.given === "optional" && attribute.referenced !== true) return emptyOf(attribute.type);
    return this.#filled(attribute.type, name, name, attribute.keys, attribute.single ? 1 : this.subject.elements);
  }

  /** A value of the type with something in each of its members. */
  #filled(
    type: AttributeType,
    name: string,
    path: string,
    keys: readonly string[] = [],
    most = this.subject.elements,
  ): Value {
    const template = this.subject.templates[name];
    if (typeof type === "string") {
      if (template !== undefined && path !== name && name !== "id" && name !== "arn")
        return this.render(template, path, type);
      return convert(this.subject.facts.fallback(this.subject.type, name, this.#context(path)), type);
    }
    if (type[0] === "map") {
      return Object.fromEntries(keys.map((key) => [key, this.#filled(type[1], key, `${path}.${key}`)]));
    }
    if (type[0] === "object") {
      return Object.fromEntries(
        Object.entries(type[1]).map(([member, inner]) => [member, this.#filled(inner, member, `${path}.${member}`)]),
      );
    }
    const elements = typeof type[1] === "string" && type[1] !== "bool" ? most : 1;
    return Array.from({ length: elements }, (_, index) =>
      this.#filled(type[1], name, index === 0 ? path : `${path}.${index}`, keys),
    );
  }

  #nested(block: Block, value: Value, path: string): Value {
    if (Array.isArray(value)) return value.map((item, index) => this.#nested(block, item, `${path}.${index}`));
    if (!isObject(value)) return value;
    const filled: ObjectValue = { ...value };
    for (const [name, attribute] of Object.entries(block.attributes)) {
      if (filled[name] instanceof Unknown) filled[name] = this.#filled(attribute.type, name, `${path}.${name}`);
    }
    for (const [name, nested] of Object.entries(block.blocks)) {
      filled[name] = this.#nested(nested.block, filled[name] ?? null, `${path}.${name}`);
    }
    return filled;
  }

  #missingBlock(name: string, { nesting, block }: Block["blocks"][string]): Value {
    const one = this.#nested(block, blockOfUnknown(block), name);
    return nesting === "single" ? one : [one];
  }

  #text(text: string, context: ValueContext, path: string): string {
    return text.replaceAll(/\{(\w+)(?::(\d+))?\}/g, (_whole, name: string, length: string | undefined) => {
      if (name === "uuid") return this.#text("{hex:8}-{hex:4}-4{hex:3}-8{hex:3}-{hex:12}", context, path);
      if (name === "hex") return context.hex(Number(length ?? 8));
      if (name === "account" || name === "region" || name === "partition") return context[name];
      const value = context.attribute(name);
      if (value !== null) return String(value);
      // Not configured and not kept either (a role's path): AWS's own default is its template.
      const template = this.subject.templates[name];
      if (typeof template === "string" && name !== path) return this.#text(template, context, name);
      return this.subject.facts.fallback(this.subject.type, name, context);
    });
  }

  #context(path: string): ValueContext {
    const configured = this.#values.region;
    const region = typeof configured === "string" ? configured : this.subject.location.region;
    return {
      account: this.subject.location.account,
      region,
      partition: region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws",
      attribute: (name) =>
        name in this.subject.block.attributes ? this.#attribute(name) : (this.#values[name] ?? null),
      hex: (length) =>
        createHash("shake256", { outputLength: Math.ceil(length / 2) })
          .update(`${this.subject.seed} ${path}`)
          .digest("hex")
          .slice(0, length),
    };
  }
}

const blockOfUnknown = (block: Block): ObjectValue => ({
  ...Object.fromEntries(Object.keys(block.attributes).map((name) => [name, new Unknown()])),
  ...Object.fromEntries(
    Object.entries(block.blocks).map(([name, { nesting }]) => [name, nesting === "single" ? null : []]),
  ),
});

const emptyOf = (type: AttributeType): Value => (Array.isArray(type) && type[0] === "map" ? {} : []);

function convert(text: string, type: AttributeType): Value {
  if (type === "number") return Number.isNaN(Number(text)) ? 0 : Number(text);
  if (type === "bool") return text === "true";
  return typeof type === "string" ? text : type[0] === "map" || type[0] === "object" ? {} : [text];
}
