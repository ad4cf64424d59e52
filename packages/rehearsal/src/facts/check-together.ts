import { isKnown, isObject, type ObjectValue, Unknown, type Value } from "@platform/terraform";
import type { Block } from "../schema/block";
import type { Finding } from "./facts";
import { said } from "./places";
import { type ProviderType, words } from "./provider-table";

/** What a configuration says of an argument: nothing, something that is not known yet, or a value. */
type State = "absent" | "unknown" | "set";

/**
 * Arguments that exclude or need each other, with the words and the semantics of Terraform's plugin SDK: among several blocks of a
 * kind it looks into the first (`block.0.argument`); terraform-plugin-framework looks into the block that the argument is in.
 * https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/schema.go, validateConflictingAttributes and after it
 *
 * @param newer whether the bindings are of a newer provider, in which a new argument may do for one of those that are needed
 */
export function checkTogether(entry: ProviderType, config: ObjectValue, block: Block, newer: boolean): Finding[] {
  const look = new Look(config, block, entry.framework === true);
  const conflicts = Object.entries(entry.conflicts ?? {}).flatMap(([path, others]) =>
    look.said(path).flatMap((place) => {
      if (!isKnown(place.value)) return [];
      const other = words(others).find((one) => look.state(one, place.steps) === "set");
      if (other === undefined) return [];
      const detail = `"${place.steps.join(".")}": conflicts with ${look.indexed(other)}`;
      return [{ path: place.path, summary: "Conflicting configuration arguments", detail }];
    }),
  );
  const requires = Object.entries(entry.requires ?? {}).flatMap(([path, others]) =>
    look.said(path).flatMap((place): Finding[] => {
      const all = look.existing([...words(others), path]);
      if (!isKnown(place.value) || all.every((one) => look.state(one, place.steps) !== "absent")) return [];
      const detail = `"${place.steps.join(".")}": all of ${look.quoted(all)} must be specified`;
      return [{ path: place.path, summary: "Missing required argument", detail, ...(newer && { warning: true }) }];
    }),
  );
  return [
    ...conflicts,
    ...requires,
    ...(entry.exactlyOne ?? []).flatMap((group) => look.combination(words(group), true, newer)),
    ...(entry.atLeastOne ?? []).flatMap((group) => look.combination(words(group), false, newer)),
  ];
}

class Look {
  constructor(
    private readonly config: ObjectValue,
    private readonly block: Block,
    private readonly framework: boolean,
  ) {}

  said(path: string) {
    return said(path, this.config, this.block);
  }

  /** @param own where the argument is that asks: framework's paths are relative to it */
  state(path: string, own: Finding["path"]): State {
    return this.#state(path.split("."), this.config, this.block, own);
  }

  #state(names: readonly string[], value: Value, block: Block | undefined, own: Finding["path"]): State {
    const [name, ...rest] = names;
    if (value instanceof Unknown) return "unknown";
    if (value === null) return "absent";
    if (name === undefined) return "set";
    if (!isObject(value)) return "absent";
    const nested = block?.blocks[name];
    const member = value[name] ?? null;
    if (Array.isArray(member) && (rest.length > 0 || nested !== undefined)) {
      if (rest.length === 0) return member.length > 0 ? "set" : "absent";
      const [step, index] = own;
      const same = this.framework && step === name && typeof index === "number";
      return this.#state(rest, member[same ? index : 0] ?? null, nested?.block, same ? own.slice(2) : []);
    }
    return this.#state(rest, member, nested?.block, own[0] === name ? own.slice(1) : []);
  }

  /** The paths that the schema of the bindings has: one that is older may lack some. */
  existing(paths: readonly string[]): string[] {
    return [...new Set(paths)].filter((path) => has(path.split("."), this.block)).sort();
  }

  /** A path as the SDK writes it. */
  indexed(path: string): string {
    let block: Block | undefined = this.block;
    const names = path.split(".");
    return names
      .flatMap((name, index) => {
        const nested: Block["blocks"][string] | undefined = block?.blocks[name];
        block = nested?.block;
        return nested === undefined || nested.nesting === "single" || index === names.length - 1 ? [name] : [name, "0"];
      })
      .join(".");
  }

  quoted(paths: readonly string[]): string {
    return `\`${paths.map((path) => this.indexed(path)).join(",")}\``;
  }

  /** @param most whether one is the most, too */
  combination(group: readonly string[], most: boolean, newer: boolean): Finding[] {
    const paths = this.existing(group);
    return this.#instances(paths).flatMap((own): Finding[] => {
      const states = paths.map((path) => this.state(path, own));
      const set = paths.filter((_path, index) => states[index] === "set");
      const [first = ""] = set.length > 0 ? set : paths;
      const told = (detail: string, warning: boolean, summary: string): Finding[] => [
        { path: [...own, ...first.split(".").slice(depth(own))], summary, detail, ...(warning && { warning: true }) },
      ];
      if (set.length === 0 && !states.includes("unknown")) {
        const summary = most ? "Invalid combination of arguments" : "Missing required argument";
        return told(`"${this.indexed(first)}": one of ${this.quoted(paths)} must be specified`, newer, summary);
      }
      if (!most || set.length < 2) return [];
      const detail = `"${this.indexed(first)}": only one of ${this.quoted(paths)} can be specified, but ${this.quoted(set)} were specified.`;
      return told(detail, false, "Invalid combination of arguments");
    });
  }

  /** Where a group is looked at: once, if a block is there that has one of it; framework looks into each. */
  #instances(paths: readonly string[]): Finding["path"][] {
    const containers = paths.map((path) => path.split(".").slice(0, -1).join("."));
    if (paths.length === 0) return [];
    if (containers.includes("")) return [[]];
    const [shared = ""] = containers;
    const found = [...new Set(containers)].flatMap((container) =>
      this.said(container).flatMap(({ value, steps }) => {
        if (value instanceof Unknown) return [];
        return Array.isArray(value) ? value.map((_item, index) => [...steps, index]) : [steps];
      }),
    );
    if (this.framework && containers.every((container) => container === shared)) return found;
    return found.slice(0, 1);
  }
}

const depth = (steps: Finding["path"]) => steps.filter((step) => typeof step === "string").length;

function has([name = "", ...rest]: readonly string[], block: Block): boolean {
  const nested = block.blocks[name];
  if (nested !== undefined) return rest.length === 0 || has(rest, nested.block);
  // What is inside of an attribute of objects is taken for there.
  return name in block.attributes || block.open.includes(name);
}

/** The rules of a type, for people to read. */
export function togetherTexts({
  conflicts = {},
  requires = {},
  exactlyOne = [],
  atLeastOne = [],
}: ProviderType): string[] {
  const listed = (names: string) => words(names).join(", ");
  return [
    ...Object.entries(conflicts).map(([path, others]) => `${path} conflicts with ${listed(others)}`),
    ...Object.entries(requires).map(([path, others]) => `${path} needs ${listed(others)}`),
    ...exactlyOne.map((names) => `exactly one of ${listed(names)}`),
    ...atLeastOne.map((names) => `at least one of ${listed(names)}`),
  ];
}
