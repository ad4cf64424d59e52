import type { Evaluator } from "../go/evaluate";
import { Scope } from "../go/scope";
import { Called, Closure, External, nameOf, Struct, type Type, type Value } from "../go/values";
import { checkOf } from "./checks";
import type { Rule } from "./facts";
import { rulesOfBody } from "./function-bodies";
import { literally, patternRule } from "./patterns";
import { listOf, type Reading } from "./reading";

type Numbers = readonly [number | null, number | null];

/** Package and name: `validation.IntBetween`. */
const shortName = (value: Value | undefined) =>
  value instanceof Struct ? nameOf(value.type).split("/").at(-1) : nameOf(value).split("/").at(-1);

/** Reads validators of both SDKs into rules. What is not understood gives none. */
export class Rules {
  constructor(
    private readonly go: Evaluator,
    private readonly reading: Reading,
    /** The values of a type. */
    private readonly enumOf: (type: Type) => readonly string[] | undefined,
  ) {}

  /** Rules on a value that a validator holds; of a list, set or map, on its elements. */
  of(validator: Value): Rule[] {
    const found = this.#rules(validator);
    if (found === undefined) this.reading.unread(`validator ${described(validator)}`);
    return found ?? [];
  }

  /** Rules on the keys of a map. */
  ofKeys(validator: Value): Rule[] {
    if (!(validator instanceof Called)) return [];
    const [first, second] = validator.args;
    switch (shortName(validator)) {
      case "mapvalidator.KeysAre":
      case "verify.MapKeysAre":
        return validator.args.flatMap((arg) => this.of(arg));
      case "validation.MapKeyLenBetween":
        return length(first, second) ?? [];
      case "validation.MapKeyMatch":
        return this.#match(first, second, false) ?? [];
      case "verify.MapKeyNoMatch":
        return this.#match(first, second, true) ?? [];
      case "validation.AllDiag":
        return validator.args.flatMap((arg) => this.ofKeys(arg));
      default:
        return [];
    }
  }

  /** Rules that the framework's type of a value holds. */
  ofType(type: Value): Rule[] {
    const name = shortName(type) ?? "";
    const check = checkOf(name);
    if (check !== undefined) return [{ is: check }];
    if (type instanceof Called && /(String|ListOfString|SetOfString)EnumType$/.test(name))
      return this.#enum(type.types[0]) ?? [];
    return name === "types.ARNType" ? parsedArn : [];
  }

  /** How many elements validators allow; 0 is no limit. */
  items(validators: readonly Value[]): [number, number] | undefined {
    let [min, max] = [0, 0];
    for (const one of validators) {
      if (!(one instanceof Called)) continue;
      const [first, second] = one.args;
      const name = shortName(one) ?? "";
      if (/^(list|set|map)validator\.IsRequired$/.test(name)) min = Math.max(min, 1);
      if (!/^((list|set|map)validator\.|verify\.Map)Size/.test(name) || typeof first !== "number") continue;
      if (name.endsWith("SizeAtLeast")) min = first;
      if (name.endsWith("SizeAtMost")) max = first;
      if (name.endsWith("SizeBetween") && typeof second === "number") [min, max] = [first, second];
    }
    return min > 0 || max > 0 ? [min, max] : undefined;
  }

  #rules(validator: Value): Rule[] | undefined {
    const name = shortName(validator) ?? "";
    const check = checkOf(name);
    if (check !== undefined) return [{ is: check }];
    if (name === "nullable.ValidateTypeStringNullableBool") return [{ enum: ["", "true", "false"] }];
    if (name === "nullable.ValidateTypeStringNullableFloat")
      return [{ pattern: "^([-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?)?$" }];
    if (name === "nullable.ValidateTypeStringNullableInt") return [{ pattern: "^([-+]?\\d+)?$" }];
    if (validator instanceof Closure) return rulesOfBody(this.go, validator, (inner) => this.#rules(inner));
    if (validator instanceof External) {
      if (name === "validation.StringIsNotEmpty") return [{ length: [1, null] }];
      if (name === "validation.StringIsEmpty") return [{ length: [0, 0] }];
      if (name === "validation.IsPortNumber") return [{ range: [1, 65535] }];
      if (name === "validation.IsPortNumberOrZero") return [{ range: [0, 65535] }];
      const declared = this.go.source.find(validator.path, validator.name);
      return declared?.node.type === "function_declaration"
        ? this.#rules(new Closure(nameOf(validator), declared.node, new Scope(declared)))
        : undefined;
    }
    return validator instanceof Called ? this.#called(name, validator) : undefined;
  }

  #called(name: string, { args, types, what }: Called): Rule[] | undefined {
    const [first, second] = args;
    const [, verb = name] = name.split(".");
    switch (name) {
      case "validation.All":
      case "validation.AllDiag":
      case "stringvalidator.All":
      case "validation.ToDiagFunc":
        return args.flatMap((arg) => this.of(arg));
      case "validation.Any":
      case "validation.AnyDiag":
      case "int32validator.Any":
      case "int64validator.Any":
      case "stringvalidator.Any": {
        const all = args.map((arg) => this.#rules(arg));
        // One that is not understood may be the one that holds.
        return all.every((rules) => rules !== undefined && rules.length > 0)
          ? [{ any: all.flatMap((rules) => (rules === undefined ? [] : [rules])) }]
          : undefined;
      }
      case "validation.StringInSlice":
        return listed(first, second === true);
      case "validation.IntInSlice":
      case "stringvalidator.OneOf":
      case "int32validator.OneOf":
      case "int64validator.OneOf":
        return listed(name === "validation.IntInSlice" ? first : [...args], false);
      case "stringvalidator.OneOfCaseInsensitive":
        return listed([...args], true);
      case "validation.StringNotInSlice":
      case "validation.IntNotInSlice":
        return notListed(first);
      case "int32validator.NoneOf":
      case "int64validator.NoneOf":
      case "stringvalidator.NoneOf":
        return notListed([...args]);
      case "enum.Validate":
      case "enum.FrameworkValidate":
        return this.#enum(types[0]);
      case "enum.ValidateIgnoreCase":
      case "enum.FrameworkValidateIgnoreCase":
        return this.#enum(types[0], true);
      case "validation.IntDivisibleBy":
        return typeof first === "number" ? [{ divisibleBy: first }] : undefined;
      case "validation.StringLenBetween":
      case "stringvalidator.LengthBetween":
      case "stringvalidator.UTF8LengthBetween":
      case "validation.MapValueLenBetween":
        return length(first, second);
      case "stringvalidator.LengthAtMost":
      case "stringvalidator.UTF8LengthAtMost":
        return length(0, first);
      case "stringvalidator.LengthAtLeast":
      case "stringvalidator.UTF8LengthAtLeast":
        return length(first, null);
      case "validation.StringMatch":
      case "stringvalidator.RegexMatches":
      case "validation.MapValueMatch":
        return this.#match(first, second, false);
      case "validation.StringDoesNotMatch":
        return this.#match(first, second, true);
      case "validation.StringDoesNotContainAny":
        return typeof first === "string"
          ? [{ pattern: `[${first.replaceAll(/[\\\]^-]/g, "\\$&")}]`, not: true }]
          : undefined;
      case "verify.StringHasPrefix":
        return typeof first === "string" ? [{ pattern: `^${literally(first)}` }] : undefined;
      case "verify.FloatGreaterThan":
        // Nothing in the table is open: what is as good as equal passes.
        return range([first ?? null, null]);
      case "verify.IsIPv4CIDRBlockOrIPv6CIDRBlock":
        return [
          {
            any: [
              [{ is: "network4" }, ...this.of(first ?? null)],
              [{ is: "network6" }, ...this.of(second ?? null)],
            ],
          },
        ];
      case "validators.ARN":
        return parsedArn;
      case "validators.S3URI":
        return [{ pattern: "^s3:\\/\\/[a-z0-9][.\\-a-z0-9]{1,61}[a-z0-9](\\/.*)?$" }];
      case "stringvalidator.PrefixNoneOf":
        return [{ pattern: `^(${texts(args).map(literally).join("|")})`, not: true }];
      case "stringvalidator.SuffixNoneOf":
        return [{ pattern: `(${texts(args).map(literally).join("|")})$`, not: true }];
      // Says something, and refuses nothing that a program can write.
      case "setvalidator.NoNullValues":
      case "stringvalidator.PreferWriteOnlyAttribute":
      case "verify.CaseInsensitiveMatchDeprecation":
        return [];
      case "listvalidator.ValueStringsAre":
      case "setvalidator.ValueStringsAre":
      case "mapvalidator.ValueStringsAre":
      case "listvalidator.ValueInt64sAre":
      case "setvalidator.ValueInt64sAre":
      case "listvalidator.ValueInt32sAre":
      case "setvalidator.ValueInt32sAre":
        return args.flatMap((arg) => this.of(arg));
    }
    // What is read elsewhere: counts of elements, relations, keys.
    if (/^(list|set|map)validator\.(Size|IsRequired|KeysAre)/.test(name)) return [];
    if (/^\w+validator\.(ConflictsWith|AlsoRequires|ExactlyOneOf|AtLeastOneOf|\w+OfChildren)$/.test(name)) return [];
    if (/^(validation\.MapKey|verify\.Map)/.test(name)) return [];
    if (/^(validation|int32validator|int64validator|float32validator|float64validator|number\w*)\./.test(name)) {
      if (/^(Int|Float)?Between$/.test(verb)) return range([first ?? null, second ?? null]);
      if (/^(Int|Float)?AtLeast$/.test(verb)) return range([first ?? null, null]);
      if (/^(Int|Float)?AtMost$/.test(verb)) return range([null, first ?? null]);
    }
    // A function whose source is there and which was kept by its name.
    const declared = what instanceof External ? this.go.source.find(what.path, what.name) : undefined;
    if (declared === undefined || what instanceof Struct) return undefined;
    const made = this.go.apply(new Closure(nameOf(what), declared.node, new Scope(declared)), args, types);
    return made instanceof Closure ? this.#rules(made) : undefined;
  }

  #enum(type: Type | undefined, fold = false): Rule[] | undefined {
    const values = type === undefined ? undefined : this.enumOf(type);
    return values === undefined ? undefined : listed([...values], fold);
  }

  #match(pattern: Value | undefined, message: Value | undefined, not: boolean): Rule[] | undefined {
    const text = pattern instanceof Called ? pattern.args[0] : undefined;
    const rule = typeof text === "string" ? patternRule(text, not, message) : undefined;
    return rule === undefined ? undefined : [rule];
  }
}

/** `arn.IsARN` of AWS's SDK, which is what the framework's types and validators ask. */
const parsedArn: Rule[] = [{ pattern: "^arn:([^:]*:){4}", message: "value must be a valid ARN" }];

const texts = (values: readonly Value[]) => values.filter((one) => typeof one === "string");

function listed(list: Value | undefined, fold: boolean): Rule[] | undefined {
  const values = listOf(list).filter((one) => typeof one === "string" || typeof one === "number");
  if (values.length === 0 || values.length < listOf(list).length) return undefined;
  return [{ enum: values, ...(fold ? { fold: true as const } : {}) }];
}

function notListed(list: Value | undefined): Rule[] | undefined {
  const values = listOf(list).filter((one) => typeof one === "string" || typeof one === "number");
  return values.length === 0 || values.length < listOf(list).length ? undefined : [{ notEnum: values }];
}

function range([min, max]: readonly [Value, Value]): Rule[] | undefined {
  const known = (one: Value): one is number | null => one === null || typeof one === "number";
  return known(min) && known(max) ? [{ range: [min, max] satisfies Numbers }] : undefined;
}

function length(min: Value | undefined, max: Value | undefined): Rule[] | undefined {
  if (typeof min !== "number" || (typeof max !== "number" && max !== null)) return undefined;
  return [{ length: [min, max] }];
}

/** A validator that was not understood, with what it was given. */
function described(value: Value): string {
  if (value instanceof Closure) return value.name || value.declared.text.slice(0, 200);
  if (!(value instanceof Called)) return nameOf(value) || String(value);
  const args = value.args.map((arg) => (Array.isArray(arg) ? `[${arg.map(described)}]` : described(arg)));
  return `${shortName(value)}(${args.join(", ")}${value.types.map((type) => nameOf(type)).join()})`;
}
