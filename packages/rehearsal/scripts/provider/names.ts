import { readdirSync } from "node:fs";
import type { Block } from "../../src/schema/block";
import { type Bindings, readBinding } from "../../src/schema/packages";
import { letters, snake } from "../spelling";

/** Names of the attributes and blocks of each resource type of the bindings, inner ones too. */
export function namesOf(bindings: Bindings): Map<string, ReadonlySet<string>> {
  const namesIn = ({ attributes, blocks }: Block, deep: number): string[] => [
    ...Object.keys(attributes),
    ...Object.keys(blocks),
    ...(deep < 8 ? Object.values(blocks).flatMap(({ block }) => namesIn(block, deep + 1)) : []),
  ];
  const types = readdirSync(bindings.folder)
    .filter((name) => !/^(data-aws|ephemeral-aws|provider$|provider-functions|index|lazy)/.test(name))
    .map((name) => `aws_${name.replaceAll("-", "_")}`)
    .sort();
  return new Map(types.map((type) => [type, new Set(namesIn(readBinding(bindings, "resource", type), 0))]));
}

/** The only name of some with the letters of a constant, or the one with its words. */
function matching(names: Iterable<string>, constant: string): string | undefined {
  const same = [...names].filter((name) => letters(name) === letters(constant));
  return same.includes(snake(constant)) ? snake(constant) : same[0];
}

/**
 * What the constants of the package `names` hold, which is not published with the rest: `names.AttrKMSKeyID` is the
 * attribute of the type with the same letters, or that of another type.
 */
export class AttributeNames {
  readonly #everywhere = new Map<string, string | undefined>();
  readonly #all: ReadonlySet<string>;
  #own: ReadonlySet<string> = new Set();

  constructor(readonly types: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#all = new Set([...types.values()].flatMap((names) => [...names]));
  }

  /** Says which type is read next. */
  reads(type: string): void {
    this.#own = this.types.get(type) ?? new Set();
  }

  /** @param constant `AttrKMSKeyID` */
  of(constant: string): string | undefined {
    if (!constant.startsWith("Attr")) return undefined;
    const name = constant.slice("Attr".length);
    const own = matching(this.#own, name);
    if (own !== undefined) return own;
    if (!this.#everywhere.has(name)) this.#everywhere.set(name, matching(this.#all, name));
    return this.#everywhere.get(name);
  }
}
