import { isObject, Unknown, type Value } from "@platform/terraform";
import type { AttributeType, Block } from "../schema/block";
import type { Finding } from "./facts";

/** Where a configuration says something. */
export interface Place {
  /** As Terraform's protocol names it: elements of a set, and members of a map, have no name there. */
  readonly path: Finding["path"];
  /** Names and indexes, as the SDK writes them: `ingress.0.cidr_blocks.1`. */
  readonly steps: Finding["path"];
  readonly value: Value;
}

type Shape = { readonly block: Block } | { readonly type: AttributeType } | undefined;

/**
 * What a configuration says at a path of names, once for each of several blocks. Null is not said, nor is a list of no
 * blocks.
 */
export function said(path: string, config: Value, block: Block): Place[] {
  return at(path.split("."), { path: [], steps: [], value: config }, { block }, false);
}

/** @param cut whether what led here is an element of a set */
function at(names: readonly string[], place: Place, shape: Shape, cut: boolean): Place[] {
  const { value } = place;
  if (value === null) return [];
  const [name, ...rest] = names;
  if (name === undefined) return [place];
  if (Array.isArray(value)) {
    const inSet = cut || isSet(shape);
    return value.flatMap((item, index) => at(names, inside(place, index, item, inSet), elementOf(shape), inSet));
  }
  if (!isObject(value)) return [];
  const nested = shape !== undefined && "block" in shape ? shape.block.blocks[name] : undefined;
  const member = value[name] ?? null;
  if (nested !== undefined) {
    if (Array.isArray(member) && member.length === 0) return [];
    const next = inside(place, name, member, cut);
    if (rest.length === 0) return member === null ? [] : [next];
    const set = cut || nested.nesting === "set";
    if (!Array.isArray(member)) return at(rest, next, { block: nested.block }, set);
    return member.flatMap((item, index) => at(rest, inside(next, index, item, set), { block: nested.block }, set));
  }
  return at(rest, inside(place, name, member, cut), memberOf(shape, name), cut);
}

/** A place inside of another one. */
function inside({ path, steps }: Place, step: string | number, value: Value, cut: boolean): Place {
  return { path: cut ? path : [...path, step], steps: [...steps, step], value };
}

const isSet = (shape: Shape) =>
  shape !== undefined && "type" in shape && Array.isArray(shape.type) && shape.type[0] === "set";

function elementOf(shape: Shape): Shape {
  if (shape === undefined || !("type" in shape) || !Array.isArray(shape.type)) return shape;
  return shape.type[0] === "object" ? shape : { type: shape.type[1] };
}

function memberOf(shape: Shape, name: string): Shape {
  if (shape === undefined) return undefined;
  if ("block" in shape) {
    const attribute = shape.block.attributes[name];
    return attribute && { type: attribute.type };
  }
  if (!Array.isArray(shape.type) || shape.type[0] !== "object") return undefined;
  const type = shape.type[1][name];
  return type && { type };
}

/** The single values of a place: each element of a list, a set or a map. */
export function elements(place: Place): Place[] {
  const { value } = place;
  if (value === null || value instanceof Unknown) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => elements(inside(place, index, item, true)));
  if (!isObject(value)) return [place];
  return Object.entries(value).flatMap(([key, item]) => elements(inside(place, key, item, true)));
}
