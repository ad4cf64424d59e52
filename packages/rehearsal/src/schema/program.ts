import { entries, InputError, isObject, type ObjectValue, references, type Stack } from "@platform/terraform";
import { type Facts, noFacts } from "../facts/facts";
import type { Attribute, Block, NestedBlock } from "./block";
import { closeOpenMembers } from "./open-members";
import { type BindingKind, type Bindings, readBinding } from "./packages";

/** The schema that one provider serves: exactly the types that the programs use. */
export interface ProviderSchema {
  readonly provider: Block;
  readonly resources: Readonly<Record<string, Block>>;
  readonly data: Readonly<Record<string, Block>>;
}

/** Terraform's full address of a provider source: aws and hashicorp/aws are registry.terraform.io/hashicorp/aws. */
function fullAddress(source: string): string {
  const parts = source.split("/");
  if (parts.length === 1) parts.unshift("hashicorp");
  if (parts.length === 2) parts.unshift("registry.terraform.io");
  return parts.join("/");
}

/** The provider addresses that stacks require. */
export function requiredProviders(stacks: readonly Stack[]): Set<string> {
  const addresses = new Set<string>();
  for (const { configuration } of stacks) {
    const terraform = isObject(configuration.terraform) ? configuration.terraform : {};
    if (!isObject(terraform.required_providers)) continue;
    for (const [name, provider] of Object.entries(terraform.required_providers)) {
      addresses.add(fullAddress(isObject(provider) && typeof provider.source === "string" ? provider.source : name));
    }
  }
  return addresses;
}

/**
 * Collects the schema of every type that programs use, and grows as more programs are added.
 *
 * @param facts what the bindings cannot say
 */
export class ProgramSchema {
  readonly #uses = { resource: new Map<string, ObjectValue[]>(), data: new Map<string, ObjectValue[]>() };
  readonly #references = { resource: new Map<string, Set<string>>(), data: new Map<string, Set<string>>() };
  readonly #derived = new Map<string, Block>();

  constructor(
    private readonly bindings: Bindings,
    private readonly facts: Facts = noFacts,
  ) {}

  /** @throws {InputError} when a stack uses a type that the bindings do not have */
  add(stacks: readonly Stack[]): void {
    for (const { name, configuration } of stacks) {
      for (const kind of ["resource", "data"] as const) {
        for (const [type, , body] of entries(configuration[kind])) {
          if (!type.startsWith(`${this.bindings.name}_`)) continue;
          this.#require(kind, type, name);
          this.#uses[kind].set(type, [...(this.#uses[kind].get(type) ?? []), body]);
        }
      }
      for (const {
        mode,
        type,
        attributes: [attribute],
      } of references(configuration)) {
        if (attribute === undefined) continue;
        const kind = mode === "data" ? "data" : "resource";
        this.#references[kind].set(type, (this.#references[kind].get(type) ?? new Set()).add(attribute));
      }
    }
  }

  schema(): ProviderSchema {
    const provider = this.#read("provider", this.bindings.name);
    // Never configured in a stack by itself: the alias is Terraform's own argument, and no attribute.
    const { alias: _alias, ...attributes } = provider.attributes;
    const typed = (kind: "resource" | "data") =>
      Object.fromEntries([...this.#uses[kind].keys()].map((type) => [type, this.#block(kind, type)]));
    return { provider: { ...provider, attributes }, resources: typed("resource"), data: typed("data") };
  }

  #require(kind: "resource" | "data", type: string, stack: string): void {
    try {
      this.#read(kind, type);
    } catch (error) {
      throw error instanceof InputError ? new InputError(`stack ${stack}: ${error.message}`) : error;
    }
  }

  #read(kind: BindingKind, type: string): Block {
    const block = this.#derived.get(`${kind} ${type}`) ?? readBinding(this.bindings, kind, type);
    this.#derived.set(`${kind} ${type}`, block);
    return block;
  }

  #block(kind: "resource" | "data", type: string): Block {
    const block = closeOpenMembers(this.#read(kind, type), this.#uses[kind].get(type) ?? []);
    const words = (list: string | undefined) => list?.split(" ") ?? [];
    const filled = new Set([...words(this.facts.computed[type]), ...this.facts.computedEverywhere]);
    const sensitive = new Set(words(this.facts.sensitive[type]));
    const referenced = this.#references[kind].get(type) ?? new Set<string>();
    const attributes: Record<string, Attribute> = {};
    for (const [name, attribute] of Object.entries(block.attributes)) {
      const twin = block.attributes[`${name}_prefix`] ?? block.attributes[name.replace(/_prefix$/, "")];
      const generated = twin !== attribute && twin?.given === "optional";
      const writeOnly = name.endsWith("_wo") && `${name}_version` in block.attributes;
      const optional = attribute.given === "optional" && !writeOnly;
      attributes[name] = {
        ...attribute,
        computed: attribute.computed || (optional && (filled.has(name) || generated || referenced.has(name))),
        referenced: referenced.has(name),
        sensitive: sensitive.has(name) || writeOnly,
        writeOnly,
      };
    }
    const blocks: Record<string, NestedBlock> = {};
    for (const [name, nested] of Object.entries(block.blocks)) {
      blocks[name] = { ...nested, referenced: referenced.has(name) };
    }
    return { attributes, blocks, open: [] };
  }
}
