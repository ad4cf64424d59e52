/** A rule on a value; which Go function each stands for says rules.ts. */
export type Rule =
  | { readonly enum: readonly (string | number)[]; readonly fold?: true }
  | { readonly notEnum: readonly (string | number)[] }
  | { readonly range: readonly [number | null, number | null] }
  | { readonly divisibleBy: number }
  | { readonly length: readonly [number, number | null] }
  | { readonly pattern: string; readonly flags?: string; readonly not?: true; readonly message?: string }
  | { readonly is: string }
  | { readonly any: readonly (readonly Rule[])[] };

export type Plain = string | number | boolean;

/** What the provider's source says of one type, while it is read. Paths have dots and no indexes. */
export class Facts {
  readonly replaces = new Set<string>();
  readonly sometimes = new Set<string>();
  readonly computed = new Set<string>();
  readonly sensitive = new Set<string>();
  readonly defaults = new Map<string, Plain>();
  readonly deprecated = new Map<string, string>();
  readonly items = new Map<string, readonly [number, number]>();
  readonly conflicts = new Map<string, ReadonlySet<string>>();
  readonly requires = new Map<string, ReadonlySet<string>>();
  readonly exactlyOne = new Set<string>();
  readonly atLeastOne = new Set<string>();
  readonly values = new Map<string, readonly Rule[]>();
  readonly keys = new Map<string, readonly Rule[]>();

  /** @param framework whether it is of terraform-plugin-framework, which compares and says things otherwise */
  constructor(private readonly framework: boolean) {}

  /** Adds attributes that another must not or must be set with. */
  relate(kind: "conflicts" | "requires", path: string, others: readonly string[]): void {
    const found = new Set([...(this[kind].get(path) ?? []), ...others.filter((other) => other !== path)]);
    if (found.size > 0) this[kind].set(path, found);
  }

  /** Adds a group of attributes of which one must be set. */
  group(kind: "exactlyOne" | "atLeastOne", paths: readonly string[]): void {
    if (paths.length > 1) this[kind].add(listed(paths));
  }

  rule(kind: "values" | "keys", path: string, rules: readonly Rule[]): void {
    const before = this[kind].get(path) ?? [];
    const same = new Set(before.map((rule) => JSON.stringify(rule)));
    const added = rules.filter((rule) => !same.has(JSON.stringify(rule)));
    if (added.length > 0) this[kind].set(path, [...before, ...added]);
  }

  /** Keeps six names of each path where there are thousands of them: of blocks that hold themselves, and of dashboards. */
  keepShort(): void {
    const sets = [this.replaces, this.sometimes, this.computed, this.sensitive];
    const maps = [this.defaults, this.deprecated, this.items, this.conflicts, this.requires, this.values, this.keys];
    if ([...sets, ...maps].reduce((sum, { size }) => sum + size, 0) < 2000) return;
    const long = (path: string) => path.split(".").length > 6;
    for (const part of [...sets, ...maps]) for (const path of [...part.keys()]) if (long(path)) part.delete(path);
    for (const part of [this.exactlyOne, this.atLeastOne])
      for (const group of [...part]) if (group.split(" ").some(long)) part.delete(group);
  }

  /** The form that the table has: what is empty is left out. */
  form(): Record<string, unknown> {
    const sometimes = [...this.sometimes].filter((path) => !this.replaces.has(path));
    const parts = {
      framework: this.framework || "",
      replaces: listed(this.replaces),
      sometimes: listed(sometimes),
      computed: listed(this.computed),
      sensitive: listed(this.sensitive),
      defaults: sorted(this.defaults),
      deprecated: sorted(this.deprecated),
      items: sorted(this.items),
      conflicts: sorted(new Map([...this.conflicts].map(([path, others]) => [path, listed(others)]))),
      requires: sorted(new Map([...this.requires].map(([path, others]) => [path, listed(others)]))),
      exactlyOne: [...this.exactlyOne].sort(),
      atLeastOne: [...this.atLeastOne].sort(),
      values: sorted(this.values),
      keys: sorted(this.keys),
    };
    return Object.fromEntries(
      Object.entries(parts).filter(([, part]) => part === true || Object.keys(part).length > 0),
    );
  }
}

const listed = (paths: Iterable<string>) => [...new Set(paths)].sort().join(" ");
const sorted = <T>(map: ReadonlyMap<string, T>): Record<string, T> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** `block.0.inner` -> block.inner */
export const withoutIndexes = (path: string) => path.replaceAll(/\.(\d+|#)(?=\.|$)/g, "");
