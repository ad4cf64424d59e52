import table from "./data/aws-attributes.json";
import models from "./data/aws-replacement.json";

/** What aws-attributes.json says of a type; lists are names separated by spaces. Its `source` says whence. */
interface TypeAttributes {
  readonly computed?: string;
  /** Blocks that AWS fills in when the program does not. */
  readonly blocks?: string;
  /** Attributes inside of blocks that AWS fills in, with the names of the blocks before them and dots between. */
  readonly inner?: string;
  readonly sensitive?: string;
  /** Attributes that another source than the provider calls replaced. */
  readonly perhaps?: string;
  /** Those of them that only some changes replace. */
  readonly doubtful?: string;
}

export const attributes: Readonly<Record<string, TypeAttributes>> = table.types;
export const attributesSource: string = table.source;

/** Attributes that AWS's API takes when a resource is made, and never again. */
const made: Readonly<Record<string, string>> = models.types;
export const replacementSource: string = models.source;

/** One of the columns, by type. */
export function column(name: Exclude<keyof TypeAttributes, "doubtful">): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([type, { [name]: names }]) => (names === undefined ? [] : [[type, names]])),
  );
}

/** Whether a change of an attribute replaces its resource: in three states, for there is no source that knows all. */
export type Replacement = "replaces" | "in place" | "not known";

/** Attributes of what a resource is part of, or of what kind it is: where a source calls them replaced, they are. */
const identity =
  /(^|_)(id|arn|identifier|type|engine|zone|family|protocol|username|key)$|^(name|name_prefix|cidr_block|subnet_group_name)$/;

/** @param listed the attributes of the type that are known to replace it; undefined when nobody has listed them */
export function replacementOf(type: string, attribute: string, listed: readonly string[] | undefined): Replacement {
  if (attribute === "region" || listed?.includes(attribute)) return "replaces";
  if (/^(tags|tags_all|timeouts)$/.test(attribute)) return "in place";
  if (listed === undefined && isMade(type, attribute)) return "replaces";
  const known = attributes[type]?.perhaps;
  const doubtful = attributes[type]?.doubtful?.split(" ").includes(attribute);
  if (known?.split(" ").includes(attribute)) {
    return listed === undefined && !doubtful && identity.test(attribute) ? "replaces" : "not known";
  }
  if (listed !== undefined) return "in place";
  return known === undefined || identity.test(attribute) ? "not known" : "in place";
}

function isMade(type: string, attribute: string): boolean {
  const names = made[type]?.split(" ") ?? [];
  return names.includes(attribute) || (attribute === "name_prefix" && names.includes("name"));
}
