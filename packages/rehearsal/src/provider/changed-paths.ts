import { canonical, isObject, type Value } from "@platform/terraform";
import type { Block } from "../schema/block";

/** A place at which two values differ. */
export interface ChangedPath {
  /** Names with dots between: `root_block_device.volume_size`. */
  readonly name: string;
  /** As Terraform's protocol leads there: as far as it has a name for it, for elements of sets have none. */
  readonly steps: readonly (string | number)[];
}

/**
 * The places at which two values of a block differ: attributes, and blocks of which there is another number. What is in a block that
 * comes or goes differs from nothing; an element of a set is another one as soon as something in it differs.
 *
 * @param block schema of the values, where it is known
 */
export function changedPaths(before: Value, after: Value, block?: Block): ChangedPath[] {
  return differing(before, after, { block, names: [], steps: [], cut: false, set: false, leaf: false });
}

interface At {
  readonly block: Block | undefined;
  readonly names: readonly string[];
  readonly steps: ChangedPath["steps"];
  /** Whether the protocol has no name for what is further inside. */
  readonly cut: boolean;
  readonly set: boolean;
  /** Whether it is an attribute of the schema: it is compared as a whole. */
  readonly leaf: boolean;
}

function differing(before: Value, after: Value, at: At): ChangedPath[] {
  if (isNothing(before) && isNothing(after)) return [];
  if (canonical(before) === canonical(after)) return [];
  if (at.leaf) return [{ name: at.names.join("."), steps: at.steps }];
  if ((isList(before) || isList(after)) && isPart(before) && isPart(after))
    return inList(listOf(before), listOf(after), at);
  if ((isObject(before) || isObject(after)) && isPart(before) && isPart(after)) {
    const [one, other] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    return Object.keys({ ...one, ...other }).flatMap((name) =>
      differing(one[name] ?? null, other[name] ?? null, member(at, name)),
    );
  }
  return [{ name: at.names.join("."), steps: at.steps }];
}

function inList(before: readonly Value[], after: readonly Value[], at: At): ChangedPath[] {
  const here = { name: at.names.join("."), steps: at.steps };
  if (![...before, ...after].every(isPart)) return [here];
  if (![...before, ...after].some(isObject)) return [here];
  const inside = { ...at, set: false };
  const count = at.block !== undefined && before.length !== after.length ? [here] : [];
  if (at.set || at.block === undefined) {
    const cut = { ...inside, cut: true };
    const [gone, come] = [without(before, after), without(after, before)];
    const pairs = at.set
      ? [...gone.map((item) => [item, null] as const), ...come.map((item) => [null, item] as const)]
      : Array.from(
          { length: Math.max(gone.length, come.length) },
          (_, index) => [gone[index] ?? null, come[index] ?? null] as const,
        );
    return [...count, ...pairs.flatMap(([one, other]) => differing(one, other, cut))];
  }
  const each = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const steps = at.cut ? at.steps : [...at.steps, index];
    return differing(before[index] ?? null, after[index] ?? null, { ...inside, steps });
  });
  return [...count, ...each.flat()];
}

function member({ block, names, steps, cut }: At, name: string): At {
  const nested = block?.blocks[name];
  return {
    block: nested?.block,
    names: [...names, name],
    steps: cut ? steps : [...steps, name],
    // Into an attribute's own value no path leads here.
    cut: cut || nested === undefined || nested.nesting === "set",
    set: nested?.nesting === "set",
    leaf: block !== undefined && nested === undefined,
  };
}

const isList = (value: Value): value is Value[] => Array.isArray(value);
const listOf = (value: Value): readonly Value[] => (isList(value) ? value : []);
/** Whether a value is made of others, or is none: what is in it can be compared. */
const isPart = (value: Value) => value === null || isList(value) || isObject(value);
const isNothing = (value: Value) => value === null || (isList(value) && value.length === 0);

function without(values: readonly Value[], others: readonly Value[]): Value[] {
  const known = new Set(others.map((other) => canonical(other)));
  return values.filter((value) => !known.has(canonical(value)));
}
