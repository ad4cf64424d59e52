import { isObject, Unknown, type Value } from "@platform/terraform";

/** A Terraform type in its JSON form: `"string"`, `["list", "string"]`, `["object", { name: "string" }, names of optional members]`. */
export type AttributeType =
  | "string"
  | "number"
  | "bool"
  | ["list" | "set" | "map", AttributeType]
  | ["object", { [name: string]: AttributeType }, string[]?];

export interface Attribute {
  readonly type: AttributeType;
  /** Required, optional, or neither: then the provider alone sets it. */
  readonly given: "required" | "optional" | "never";
  /** Whether the provider fills it when the program does not. */
  readonly computed: boolean;
  /** Whether the program refers to it somewhere without setting it: then it is filled with more than an empty list. */
  readonly referenced?: boolean;
  /** Keys that the program takes of it, where it is a map or JSON. */
  readonly keys?: readonly string[];
  /** Whether the program takes its only element. */
  readonly single?: boolean;
  /** Whether the program reads its text as JSON. */
  readonly json?: boolean;
  readonly sensitive?: boolean;
  /** What the provider takes when the program says nothing. @default nothing */
  readonly default?: Value;
  /** Sent to the provider and never kept in plan or state. */
  readonly writeOnly?: boolean;
}

export interface NestedBlock {
  readonly nesting: "single" | "list" | "set";
  readonly block: Block;
  /** Whether the program refers into it: then the provider adds one when the program does not. */
  readonly referenced?: boolean;
  readonly min: number;
  /** Most blocks allowed; 0 is no limit. */
  readonly max: number;
}

/** What a resource, a data source, a provider or a nested block may hold. */
export interface Block {
  readonly attributes: { readonly [name: string]: Attribute };
  readonly blocks: { readonly [name: string]: NestedBlock };
  /** Members whose shape the bindings leave open (`any`): it comes from the program (schema/open-members.ts). */
  readonly open: readonly string[];
}

/** Whether Terraform takes a value for one of a type. */
export function fits(type: AttributeType, value: Value): boolean {
  if (value === null || value instanceof Unknown) return true;
  if (typeof type === "string") {
    if (typeof value === "object") return false;
    return type === "string" || typeof value === (type === "bool" ? "boolean" : "number");
  }
  if (type[0] === "object") {
    const [, members] = type;
    return (
      isObject(value) &&
      Object.entries(value).every(([name, item]) => members[name] !== undefined && fits(members[name], item))
    );
  }
  const [kind, inner] = type;
  const items = kind === "map" ? isObject(value) && Object.values(value) : Array.isArray(value) && value;
  return items !== false && items.every((item) => fits(inner, item));
}

/** A type in words: a list in which each is a string. */
export const describedType = (type: AttributeType): string =>
  typeof type === "string"
    ? `a ${type}`
    : `a ${type[0]}${type[0] === "object" ? "" : ` in which each is ${describedType(type[1])}`}`;
