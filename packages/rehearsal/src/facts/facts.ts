import type { ObjectValue, Value } from "@platform/terraform";
import type { AttributeType, Block } from "../schema/block";
import type { Replacement } from "./aws-attributes";

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
  /** Whence the facts are. */
  readonly sources: readonly string[];
}

/** What the bindings cannot say about one provider. Attribute lists are names separated by spaces. */
export interface Facts {
  /** Type -> optional attributes that the provider fills when the program does not. */
  readonly computed: Readonly<Record<string, string>>;
  /** Optional attributes that are so in every type that has them. */
  readonly computedEverywhere: readonly string[];
  /** Type -> optional blocks that the provider fills when the program does not. */
  readonly computedBlocks: Readonly<Record<string, string>>;
  /** Type -> optional attributes inside of blocks that the provider fills, with dots: `options.export`. */
  readonly computedInside: Readonly<Record<string, string>>;
  readonly sensitive: Readonly<Record<string, string>>;
  /** Type -> attribute, with dots inside of blocks -> what the provider takes when the program says nothing. */
  readonly defaults: Readonly<Record<string, Readonly<Record<string, Value>>>>;
  /** What the provider refuses of a configuration that its schema allows. */
  check(type: string, config: ObjectValue, block: Block): readonly Finding[];
  /** Whether two texts of an attribute mean the same to the cloud, so that one is no change of the other. */
  equivalent(type: string, attribute: string, before: string, after: string): boolean;
  /** What `check` goes by, for people to read. */
  readonly rules: RuleTexts;
  /** Whether a change of an attribute or a block replaces a resource. */
  replacement(type: string, attribute: string): Replacement;
  /** Type -> attribute -> template; `*` is every type. */
  readonly resources: Readonly<Record<string, Templates>>;
  readonly data: Readonly<Record<string, Templates>>;
  /** Attributes of a type that are known at plan time already, with their templates. */
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
  computed: {},
  computedEverywhere: ["id"],
  computedBlocks: {},
  computedInside: {},
  sensitive: {},
  defaults: {},
  check: () => [],
  equivalent: () => false,
  rules: { values: () => ({}), between: () => [], deprecated: () => [], sources: [] },
  replacement: () => "not known",
  resources: {},
  data: {},
  planned: {},
  refreshed: {},
  functions: {},
  fallback: (_type, attribute, { hex }) => `${attribute.replaceAll("_", "-")}-${hex(8)}`,
};
