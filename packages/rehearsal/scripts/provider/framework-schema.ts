import { Called, nameOf, Struct, type Value } from "../go/values";
import type { Facts } from "./facts";
import { pathOf, type Step, textOf } from "./paths";
import { entriesOf, field, isSo, listOf, plainOf, type Reading } from "./reading";
import type { Rules } from "./rules";

/** Reads a `schema.Schema` of terraform-plugin-framework into facts. */
export class FrameworkSchema {
  constructor(
    private readonly reading: Reading,
    private readonly rules: Rules,
  ) {}

  read(schema: Value, facts: Facts): void {
    this.#members(schema, [], facts, { mayBeSet: true, replaces: false });
  }

  #members(holder: Value, before: readonly Step[], facts: Facts, inside: Inside): void {
    for (const [name, one] of [...entriesOf(field(holder, "Attributes")), ...entriesOf(field(holder, "Blocks"))]) {
      if (one instanceof Struct) this.#member(one, [...before, name], facts, inside);
      else if (!/timeouts\.(Block|Attributes)/.test(nameOf(one))) this.reading.unread(`member ${nameOf(one)}`);
    }
  }

  #member(schema: Struct, at: readonly Step[], facts: Facts, { mayBeSet, replaces }: Inside): void {
    const block = schema.type.name.endsWith("Block");
    const settable = mayBeSet && (block || isSo(schema, "Optional") || isSo(schema, "Required"));
    const path = textOf(at);
    const modifiers = listOf(field(schema, "PlanModifiers"));
    const named = modifiers.map((one) => nameOf(one).split(".").at(-1) ?? "");
    const own = replaces || named.some((name) => /^RequiresReplace(IfConfigured)?$/.test(name));
    if (isSo(schema, "Sensitive")) facts.sensitive.add(path);
    if (settable) {
      if (own) facts.replaces.add(path);
      if (named.some((name) => /^RequiresReplace(If|WO)$/.test(name))) facts.sometimes.add(path);
      this.#own(schema, at, facts);
    }
    const object = field(schema, "NestedObject");
    const inside = { mayBeSet: settable, replaces: own };
    if (object instanceof Struct) {
      const element = schema.type.name.startsWith("Map") ? "{}" : "[]";
      this.#members(object, [...at, element], facts, inside);
      if (settable) this.#related(listOf(field(object, "Validators")), [...at, element], facts);
    } else this.#members(schema, at, facts, inside);
  }

  #own(schema: Struct, at: readonly Step[], facts: Facts): void {
    const path = textOf(at);
    if (isSo(schema, "Optional") && isSo(schema, "Computed")) facts.computed.add(path);
    const deprecated = field(schema, "DeprecationMessage");
    if (typeof deprecated === "string" && deprecated !== "") facts.deprecated.set(path, deprecated);
    const standard = field(schema, "Default");
    if (standard !== null) {
      const value = standard instanceof Called ? plainOf(standard.args[0]) : undefined;
      if (value !== undefined) facts.defaults.set(path, value);
      else this.reading.unread(`default ${nameOf(standard)}`);
    }
    const validators = listOf(field(schema, "Validators"));
    const items = this.rules.items(validators);
    if (items !== undefined) facts.items.set(path, items);
    this.#related(validators, at, facts);
    facts.rule("values", path, this.rules.ofType(field(schema, "CustomType")));
    const element = field(schema, "ElementType");
    if (element !== null) facts.rule("values", path, this.rules.ofType(element));
    for (const one of validators) {
      facts.rule("values", path, this.rules.of(one));
      facts.rule("keys", path, this.rules.ofKeys(one));
    }
  }

  /** What attributes exclude and need each other. */
  #related(validators: readonly Value[], at: readonly Step[], facts: Facts): void {
    const path = textOf(at);
    for (const one of validators) {
      if (!(one instanceof Called)) continue;
      const paths = one.args.flatMap((arg) => pathOf(arg, at) ?? []);
      switch (nameOf(one).split(".").at(-1)) {
        case "ConflictsWith":
          facts.relate("conflicts", path, paths);
          break;
        case "AlsoRequires":
          facts.relate("requires", path, paths);
          break;
        case "ExactlyOneOf":
          facts.group("exactlyOne", [path, ...paths]);
          break;
        case "AtLeastOneOf":
          facts.group("atLeastOne", [path, ...paths]);
          break;
        case "ExactlyOneOfChildren":
          facts.group("exactlyOne", paths);
          break;
        case "AtLeastOneOfChildren":
          facts.group("atLeastOne", paths);
          break;
      }
    }
  }
}

interface Inside {
  readonly mayBeSet: boolean;
  /** Whether a change of what holds the member replaces the resource: then one of the member does. */
  readonly replaces: boolean;
}

/** Reads the framework's `ConfigValidators` of a resource. */
export function relateAll(validators: readonly Value[], facts: Facts): void {
  for (const one of validators) {
    if (!(one instanceof Called)) continue;
    const paths = one.args.flatMap((arg) => pathOf(arg, []) ?? []);
    const name = nameOf(one).split(".").at(-1);
    if (name === "ExactlyOneOf") facts.group("exactlyOne", paths);
    if (name === "AtLeastOneOf") facts.group("atLeastOne", paths);
    for (const path of paths) {
      if (name === "Conflicting") facts.relate("conflicts", path, paths);
      if (name === "RequiredTogether") facts.relate("requires", path, paths);
    }
  }
}
