import type { ObjectValue, Value } from "@platform/terraform";
import type { AttributeType, Block } from "../schema/block";
import type { Replacement } from "./replacement";

/** What a computed value may be made of. */
export interface ValueContext {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** An attribute of the same resource, configured or computed; null when it has none of that name. */
  attribute(name: string): Value;
  /** Digits that are always the same for this resource and this attribute. @param length number of hexadecimal digits */
  hex(length: number): string;
}

/**
 * How to compute an attribute: a text with `{account}`, `{region}`, `{partition}`, `{hex:17}`, `{uuid}` or an attribute's
 * name in braces; a list of such texts; or a function where text does not do.
 */
export type Template = string | readonly string[] | ((context: ValueContext) => Value);
export type Templates = Readonly<Record<string, Template>>;

/** A function of a provider: `provider::aws::arn_parse`. Its parameters are texts. */
export interface ProviderFunction {
  readonly takes: readonly string[];
  readonly gives: AttributeType;
  /** @throws with what is wrong with the arguments */
  returns(args: readonly Value[]): Value;
}

/** What is wrong with a configuration. */
export interface Finding {
  /** Names and indexes that lead to the attribute. */
  readonly path: readonly (string | number)[];
  readonly detail: string;
  /** What it is called. @default that the provider refuses it, perhaps */
  readonly summary?: string;
  /** Whether it could be right all the same. @default false */
  readonly warning?: boolean;
}

/** The rules of a provider for people to read. */
export interface RuleTexts {
  /** Attribute -> what its value must be. */
  values(type: string): Readonly<Record<string, string>>;
  /** Which arguments exclude or need each other. */
  between(type: string): readonly string[];
  /** Which arguments the provider warns of, and its words. */
  deprecated(type: string): readonly string[];
  /** Whence the facts of a type are. */
  sources(type: string): readonly string[];
}

/** What a provider's schema says of a type, and its bindings do not. Paths have dots between the names of blocks. */
export interface SchemaFacts {
  /** Optional attributes and blocks that the provider fills in. */
  readonly computed: ReadonlySet<string>;
  readonly sensitive: ReadonlySet<string>;
  /** Whether all that is sensitive is listed; else what is in blocks goes by its name. */
  readonly whole: boolean;
  /** What the provider takes when the program says nothing. */
  readonly defaults: Readonly<Record<string, Value>>;
  /** The least and the most blocks; 0 is no limit. */
  readonly blocks: Readonly<Record<string, readonly [number, number]>>;
}

export const plainSchema = (facts: Partial<SchemaFacts> = {}): SchemaFacts => ({
  computed: new Set(),
  sensitive: new Set(),
  whole: false,
  defaults: {},
  blocks: {},
  ...facts,
});

/** What the bindings cannot say about one provider. */
export interface Facts {
  /** What the provider's schema says of a type, and the bindings do not. */
  schema(type: string): SchemaFacts;
  /** Optional attributes that the provider fills in, in every type that has them. */
  readonly computedEverywhere: readonly string[];
  /**
   * What the provider refuses of a configuration that its schema allows.
   *
   * @param version of the provider that the bindings are of; undefined is the one that the facts are of
   */
  check(type: string, config: ObjectValue, block: Block, version?: string): readonly Finding[];
  /** Whether two texts of an attribute mean the same to the cloud, so that one is no change of the other. */
  equivalent(type: string, attribute: string, before: string, after: string): boolean;
  /** What `check` goes by, for people to read. */
  readonly rules: RuleTexts;
  /**
   * Whether a change replaces a resource.
   *
   * @param path an attribute, or a block and what is in it: `root_block_device.volume_size`
   */
  replacement(type: string, path: string): Replacement;
  /** Attribute -> template, of a resource type. */
  resources(type: string): Templates;
  /** Those of a data source; others of its attributes follow the resource of its name. */
  data(type: string): Templates;
  /** Type -> attributes that are known at plan time already, with their templates; `*` is every type. */
  readonly planned: Readonly<Record<string, Templates>>;
  /** Type -> attributes that become unknown again when one of `on` changes. */
  readonly refreshed: Readonly<Record<string, { readonly on: string; readonly attributes: string }>>;
  /** Functions of the provider that need no cloud. */
  readonly functions: Readonly<Record<string, ProviderFunction>>;
  /** The value of an attribute that no template names. */
  fallback(type: string, attribute: string, context: ValueContext): string;
}

/** A provider that the rehearsal has no facts of: still strict about its schema, and its values are plain. */
export const noFacts: Facts = {
  schema: () => plainSchema(),
  computedEverywhere: ["id"],
  check: () => [],
  equivalent: () => false,
  rules: { values: () => ({}), between: () => [], deprecated: () => [], sources: () => [] },
  replacement: () => "not known",
  resources: () => ({}),
  data: () => ({}),
  planned: {},
  refreshed: {},
  functions: {},
  fallback: (_type, attribute, { hex }) => `${attribute.replaceAll("_", "-")}-${hex(8)}`,
};

/** A schema of lists of names with spaces between, by type. */
export const schemaOf =
  (computed: Readonly<Record<string, string>>, sensitive: Readonly<Record<string, string>> = {}): Facts["schema"] =>
  (type) =>
    plainSchema({ computed: new Set(computed[type]?.split(" ")), sensitive: new Set(sensitive[type]?.split(" ")) });

export const templatesOf =
  (types: Readonly<Record<string, Templates>>): Facts["resources"] =>
  (type) =>
    types[type] ?? {};
