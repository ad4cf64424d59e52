import type { Evaluator } from "../go/evaluate";
import { Closure, GoMap, nameOf, Struct, type Value } from "../go/values";
import { type Facts, type Rule, withoutIndexes } from "./facts";
import { entriesOf, field, isSo, plainOf, type Reading, textsOf } from "./reading";
import type { Rules } from "./rules";

/** Reads a `schema.Resource` of terraform-plugin-sdk into facts. */
export class SdkSchema {
  constructor(
    private readonly go: Evaluator,
    private readonly reading: Reading,
    private readonly rules: Rules,
  ) {}

  read(resource: Value, facts: Facts): void {
    this.#members(resource, "", facts, true);
  }

  #members(resource: Value, before: string, facts: Facts, mayBeSet: boolean): void {
    const builder = field(resource, "SchemaFunc");
    const schema = builder instanceof Closure ? this.go.apply(builder, []) : field(resource, "Schema");
    const members = entriesOf(schema);
    if (!(schema instanceof GoMap)) this.reading.unread(`schema ${nameOf(schema)}`);
    for (const [name, one] of members) {
      if (one instanceof Struct) this.#member(one, `${before}${name}`, facts, mayBeSet);
      else this.reading.unread(`member ${nameOf(one)}`);
    }
  }

  #member(schema: Struct, path: string, facts: Facts, mayBeSet: boolean): void {
    const settable = mayBeSet && (isSo(schema, "Optional") || isSo(schema, "Required"));
    const element = field(schema, "Elem");
    const block = element instanceof Struct && element.type.name === "Resource";
    if (isSo(schema, "Sensitive")) facts.sensitive.add(path);
    if (settable) this.#own(schema, path, facts, block);
    if (block) this.#members(element, `${path}.`, facts, settable);
    else if (settable && element instanceof Struct) this.#elements(element, path, facts);
  }

  #own(schema: Struct, path: string, facts: Facts, block: boolean): void {
    if (isSo(schema, "ForceNew")) facts.replaces.add(path);
    if (isSo(schema, "Optional") && isSo(schema, "Computed")) facts.computed.add(path);
    const standard = plainOf(field(schema, "Default"));
    if (standard !== undefined) facts.defaults.set(path, standard);
    else if (field(schema, "Default") !== null) this.reading.unread(`default ${nameOf(field(schema, "Default"))}`);
    const deprecated = field(schema, "Deprecated");
    if (typeof deprecated === "string" && deprecated !== "") facts.deprecated.set(path, deprecated);
    this.#items(schema, path, facts, block);
    const others = (name: string) => textsOf(field(schema, name), this.reading).map(withoutIndexes);
    facts.relate("conflicts", path, others("ConflictsWith"));
    facts.relate("requires", path, others("RequiredWith"));
    facts.group("exactlyOne", others("ExactlyOneOf"));
    facts.group("atLeastOne", others("AtLeastOneOf"));
    this.#validators(schema, path, facts);
  }

  #items(schema: Struct, path: string, facts: Facts, block: boolean): void {
    const count = (name: string) => {
      const value = field(schema, name);
      if (value !== null && typeof value !== "number") this.reading.unread(`items ${nameOf(value)}`);
      return typeof value === "number" ? value : 0;
    };
    const least = count("MinItems");
    const most = count("MaxItems");
    // The SDK asks for one of a block that is required.
    const min = least === 0 && block && isSo(schema, "Required") ? 1 : least;
    if (min > 0 || most > 0) facts.items.set(path, [min, most]);
  }

  #validators(schema: Struct, path: string, facts: Facts): void {
    for (const name of ["ValidateFunc", "ValidateDiagFunc"]) {
      const validator = field(schema, name);
      if (validator === null) continue;
      facts.rule(
        "values",
        path,
        this.rules.of(validator).map((rule) => ofKind(rule, nameOf(field(schema, "Type")))),
      );
      const items = this.rules.items([validator]);
      if (items !== undefined) facts.items.set(path, items);
      facts.rule("keys", path, this.rules.ofKeys(validator));
    }
  }

  /** What a list, set or map holds. */
  #elements(element: Struct, path: string, facts: Facts): void {
    this.#validators(element, path, facts);
    const inner = field(element, "Elem");
    if (inner instanceof Struct && inner.type.name === "Resource") this.#members(inner, `${path}.`, facts, true);
    else if (inner instanceof Struct) this.#elements(inner, path, facts);
  }
}

/** What is not zero is a text that is not empty, or a number that is not 0. */
function ofKind(rule: Rule, type: string): Rule {
  if (!("is" in rule) || rule.is !== "notZero") return rule;
  return type.endsWith("TypeString") ? { length: [1, null] } : { notEnum: [0] };
}
