import { isObject, type Module, type ObjectValue, type Reference, references, type Value } from "@platform/terraform";
import { type Facts, noFacts, plainSchema, type SchemaFacts } from "../facts/facts";
import { type Attribute, type Block, fits, type NestedBlock } from "./block";
import { closeOpenMembers } from "./open-members";
import { type BindingKind, type Bindings, hasBinding, readBinding } from "./packages";
import { asWritten, writtenAsBlocks } from "./written";

/** The schema that one provider serves: exactly the types that the programs use. */
export interface ProviderSchema {
  readonly provider: Block;
  readonly resource: Readonly<Record<string, Block>>;
  readonly data: Readonly<Record<string, Block>>;
  readonly ephemeral: Readonly<Record<string, Block>>;
  /** What modules say of themselves to the provider (`provider_meta`). */
  readonly meta: Block;
}

/** The kinds of types that a provider has. */
export type Kind = "resource" | "data" | "ephemeral";
export const kinds: readonly Kind[] = ["resource", "data", "ephemeral"];

/** What programs refer to: attributes of each type, and the keys of those that are maps or JSON. */
export class References {
  readonly #attributes = new Map<string, Map<string, Set<string>>>();
  readonly #decoded = new Set<string>();
  readonly #single = new Set<string>();
  /** Names that modules write as blocks and nowhere as attributes. */
  readonly asBlocks = new Set<string>();

  add({ configuration, folder }: Module): void {
    for (const name of writtenAsBlocks(folder)) this.asBlocks.add(name);
    for (const reference of references(configuration)) {
      const [, attribute, quoted, plain] = first.exec(reference.path) ?? [];
      if (attribute !== undefined) this.#of(reference, attribute).add(quoted ?? plain ?? "");
    }
    const text = JSON.stringify(configuration);
    // A secret's text is read as JSON: its keys are what the program takes of it.
    for (const [, mode, type = "", attribute = "", quoted, plain] of text.matchAll(decoded)) {
      this.#of({ mode: modeOf(mode), type }, attribute).add(quoted ?? plain ?? "");
      this.#decoded.add(`${kindOf(modeOf(mode))} ${type} ${attribute}`);
    }
    for (const [local, value] of Object.entries(isObject(configuration.locals) ? configuration.locals : {})) {
      const [[, mode, type = "", attribute = ""] = []] = typeof value === "string" ? value.matchAll(decoded) : [];
      const taken = new RegExp(`\\blocal\\.${local}(?:\\.([A-Za-z_][\\w-]*)|\\[\\\\"([\\w-]+)\\\\"\\])`, "g");
      if (type === "") continue;
      for (const [, plain, quoted] of text.matchAll(taken))
        this.#of({ mode: modeOf(mode), type }, attribute).add(plain ?? quoted ?? "");
    }
    for (const [, mode, type = "", attribute = ""] of text.matchAll(only)) {
      this.#single.add(`${kindOf(modeOf(mode))} ${type} ${attribute}`);
    }
  }

  /** Whether the program takes the only element of an attribute. */
  isSingle(kind: Kind, type: string, attribute: string): boolean {
    return this.#single.has(`${kind} ${type} ${attribute}`);
  }

  /** Whether an attribute is read as JSON. */
  isJson(kind: Kind, type: string, attribute: string): boolean {
    return this.#decoded.has(`${kind} ${type} ${attribute}`);
  }

  /** Attribute -> keys taken of it. */
  of(kind: Kind, type: string): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#attributes.get(`${kind} ${type}`) ?? new Map();
  }

  #of({ mode, type }: Pick<Reference, "mode" | "type">, attribute: string): Set<string> {
    const kind = `${kindOf(mode)} ${type}`;
    const attributes = this.#attributes.get(kind) ?? new Map<string, Set<string>>();
    this.#attributes.set(kind, attributes);
    const keys = attributes.get(attribute) ?? new Set<string>();
    attributes.set(attribute, keys);
    return keys;
  }
}

const modeOf = (word: string | undefined): Reference["mode"] =>
  word === "data" || word === "ephemeral" ? word : "managed";
const kindOf = (mode: Reference["mode"]): Kind => (mode === "managed" ? "resource" : mode);

const first = /^(?:\[[^\]]*\])?\.(\w+)(?:\[[^\]"]*\])*(?:\["([^"]+)"\]|\.([A-Za-z_][\w-]*))?/;
const decoded =
  /jsondecode\((?:nonsensitive\()?(?:(data|ephemeral)\.)?(\w+)\.[\w-]+(?:\[[^\]]*\])?\.(\w+)\)+(?:\[\\"([\w-]+)\\"\]|\.(\w+))?/g;
const only = /\bone\((?:to(?:list|set)\()?(?:(data|ephemeral)\.)?(\w+)\.[\w-]+(?:\[[^\]]*\])?\.(\w+)\)/g;

/**
 * Collects the schema of every type that programs use, and grows as more programs are added.
 *
 * @param facts what the bindings cannot say
 */
export class ProgramSchema {
  readonly #uses = new Map<string, ObjectValue[]>();
  readonly #derived = new Map<string, Block>();
  readonly #meta: ObjectValue[] = [];
  readonly #configurations: ObjectValue[] = [];

  constructor(
    private readonly bindings: Bindings,
    private readonly references: References,
    private readonly facts: Facts = noFacts,
  ) {}

  /** @throws {InputError} when the bindings do not have the type */
  use(kind: Kind, type: string, body: ObjectValue): void {
    const key = `${kind} ${type}`;
    this.#read(kind, type);
    const uses = this.#uses.get(key);
    if (uses === undefined) this.#uses.set(key, [body]);
    else uses.push(body);
  }

  /** Adds how a module configures the provider. */
  configure(configuration: ObjectValue): void {
    this.#configurations.push(configuration);
  }

  /** Adds what a module says in `provider_meta`. */
  describe(meta: ObjectValue): void {
    this.#meta.push(meta);
  }

  schema(): ProviderSchema {
    const provider = this.#written(this.#read("provider", this.bindings.name), this.#configurations);
    // Never configured in a stack by itself: the alias is Terraform's own argument, and no attribute.
    const { alias: _alias, ...attributes } = provider.attributes;
    const typed = (kind: Kind) =>
      Object.fromEntries(
        [...this.#uses.keys()].flatMap((key) => {
          const [used, type = ""] = key.split(" ");
          return used === kind ? [[type, this.#block(kind, type)]] : [];
        }),
      );
    const said = Object.keys(Object.assign({}, ...this.#meta)).filter((name) => name !== "//");
    return {
      provider: { ...provider, attributes },
      resource: typed("resource"),
      data: typed("data"),
      ephemeral: typed("ephemeral"),
      meta: closeOpenMembers({ attributes: {}, blocks: {}, open: said }, this.#meta),
    };
  }

  #read(kind: BindingKind, type: string): Block {
    const key = `${kind} ${type}`;
    const block = this.#derived.get(key) ?? this.#binding(kind, type);
    this.#derived.set(key, block);
    return block;
  }

  #binding(kind: BindingKind, type: string): Block {
    if (kind !== "ephemeral") return readBinding(this.bindings, kind, type);
    // Bindings from before cdktn 0.22 have none: one has what its data source or its resource has (random_password).
    const [found] = (["ephemeral", "data", "resource"] as const).flatMap((like) =>
      hasBinding(this.bindings, like, type) ? [readBinding(this.bindings, like, type)] : [],
    );
    return found ?? readBinding(this.bindings, kind, type);
  }

  /** hashicorp/aws has blocks alone, of a protocol without nested attributes. */
  #written(block: Block, uses: readonly ObjectValue[]): Block {
    return this.bindings.name === "aws" ? block : asWritten(block, uses, this.references.asBlocks);
  }

  #block(kind: Kind, type: string): Block {
    const uses = this.#uses.get(`${kind} ${type}`) ?? [];
    const block = closeOpenMembers(this.#written(this.#read(kind, type), uses), uses);
    const facts = this.facts.schema(type);
    const filled = new Set([...facts.computed, ...this.facts.computedEverywhere]);
    const referenced = this.references.of(kind, type);
    const attributes: Record<string, Attribute> = {};
    for (const [name, attribute] of Object.entries(block.attributes)) {
      const twin = block.attributes[`${name}_prefix`] ?? block.attributes[name.replace(/_prefix$/, "")];
      const generated = twin !== attribute && twin?.given === "optional";
      const writeOnly = name.endsWith("_wo") && `${name}_version` in block.attributes;
      const optional = attribute.given === "optional" && !writeOnly;
      const given = optional && kind === "resource" ? asType(attribute, facts.defaults[name]) : undefined;
      attributes[name] = {
        ...attribute,
        ...(given !== undefined && { default: given }),
        computed:
          given === undefined &&
          (attribute.computed || (optional && (filled.has(name) || generated || referenced.has(name)))),
        referenced: referenced.has(name),
        single: this.references.isSingle(kind, type, name),
        json: this.references.isJson(kind, type, name),
        keys: [...(referenced.get(name) ?? [])].filter((key) => key !== ""),
        sensitive: facts.sensitive.has(name) || writeOnly,
        writeOnly,
      };
    }
    const inside = kind === "resource" ? facts : plainSchema();
    const blocks: Record<string, NestedBlock> = {};
    for (const [name, nested] of Object.entries(block.blocks)) {
      const known = withLimits(nested, inside.blocks[name]);
      blocks[name] = {
        ...known,
        block: withRead(withFacts(nested.block, inside, name), referenced.get(name)),
        referenced: referenced.has(name) || inside.computed.has(name),
      };
    }
    return { attributes, blocks, open: [] };
  }
}

/** What the program reads of a block and does not set itself is filled in: a cluster's `network[0].service_cidr`. */
function withRead(block: Block, read: ReadonlySet<string> | undefined): Block {
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => [
    name,
    attribute.given === "optional" && attribute.default === undefined && read?.has(name)
      ? { ...attribute, computed: true }
      : attribute,
  ]);
  return { ...block, attributes: Object.fromEntries(attributes) };
}

/** Members of blocks that hide what they hold, by their names: where no table has them. */
const secret =
  /(^|_)(password|passwords|passphrase|auth_token|secret_token|access_token|client_secret|secret_key|secret_access_key|access_key|private_key|shared_secret|api_key|api_key_value|basic_auth_credentials)(_wo)?$/;

/**
 * Units of a token's life are no secret, and neither is the name of a file with a key in it. What can be given write-only
 * as well is one, and so is a value beside a switch that says so.
 */
const isSecret = (path: string, name: string, { attributes }: Block) =>
  (secret.test(name) && !/(_units|(^|\.)file)$/.test(path)) ||
  `${name}_wo` in attributes ||
  (name === "value" && ("is_value_secret" in attributes || /(^|\.)api_key$/.test(path)));

/** @param path names of the blocks that lead here, with dots */
function withFacts(block: Block, facts: SchemaFacts, path: string): Block {
  const { defaults, computed: filled, sensitive, whole } = facts;
  const attributes = Object.entries(block.attributes).map(([name, attribute]) => {
    const own = `${path}.${name}`;
    const optional = attribute.given === "optional";
    const given = optional ? asType(attribute, defaults[own]) : undefined;
    const computed = optional && given === undefined && filled.has(own);
    const byName =
      !whole &&
      isSecret(path, name, block) &&
      /^("string"|\["(list|set)","string"\])$/.test(JSON.stringify(attribute.type));
    const known = { ...((sensitive.has(own) || byName) && { sensitive: true }), ...(computed && { computed: true }) };
    return [name, { ...attribute, ...known, ...(given !== undefined && { default: given }) }];
  });
  const blocks = Object.entries(block.blocks).map(([name, nested]) => {
    const own = `${path}.${name}`;
    return [name, { ...withLimits(nested, facts.blocks[own]), block: withFacts(nested.block, facts, own) }];
  });
  return { ...block, attributes: Object.fromEntries(attributes), blocks: Object.fromEntries(blocks) };
}

/** The default of an attribute in its type: the provider has numbers in texts, so that they can be absent. */
function asType({ type }: Attribute, given: Value | undefined): Value | undefined {
  const value = type === "string" && /^(number|boolean)$/.test(typeof given) ? String(given) : given;
  return value !== undefined && fits(type, value) ? value : undefined;
}

/** The bindings tell one block from several, and no more. */
function withLimits(nested: NestedBlock, [least, most]: readonly [number, number] = [0, 0]): NestedBlock {
  if (nested.nesting === "single") return nested;
  return {
    ...nested,
    min: nested.min > 0 ? Math.max(nested.min, least) : 0,
    max: nested.max === 0 ? most : nested.max,
  };
}

/** What modules say to a provider of themselves, by the provider's name. */
export function providerMeta({ configuration: { terraform } }: Module): [string, ObjectValue][] {
  const meta = isObject(terraform) && isObject(terraform.provider_meta) ? terraform.provider_meta : {};
  return Object.entries(meta).flatMap(([name, body]) => {
    const said = Array.isArray(body) ? body[0] : body;
    return isObject(said) ? [[name, said] as [string, ObjectValue]] : [];
  });
}
