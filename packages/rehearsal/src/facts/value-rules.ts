import type { Value } from "@platform/terraform";
import { isNamed, type NamedCheck, namedChecks } from "./named-checks";

/** What a provider's validator asks of a value; one of these. */
export interface Rule {
  readonly enum?: readonly (string | number)[];
  /** Whether capital letters are small ones. */
  readonly fold?: boolean;
  readonly notEnum?: readonly (string | number)[];
  /** Least and most; null is none. */
  readonly range?: readonly [number | null, number | null];
  readonly divisibleBy?: number;
  /** Bytes, as Go counts. */
  readonly length?: readonly [number, number | null];
  /** Whether a length is of characters. */
  readonly characters?: boolean;
  /** A regular expression of JavaScript's. */
  readonly pattern?: string;
  readonly flags?: string;
  /** Whether the pattern must not match. */
  readonly not?: boolean;
  /** What the provider says when the pattern does not fit. */
  readonly message?: string;
  readonly is?: string;
  /** One of these lists of rules must hold. */
  readonly any?: readonly (readonly Rule[])[];
}

/** What is wrong with a value by one rule. */
export interface Broken {
  readonly words: string;
  /** Whether a newer provider may well allow it: the value is not in a list. */
  readonly listed: boolean;
}

/**
 * What a rule says of a value, in the words of Terraform's plugin SDK
 * (https://github.com/hashicorp/terraform-plugin-sdk/tree/main/helper/validation).
 *
 * @param name of the attribute, as the SDK writes it
 * @returns nothing when the rule holds, or is not one for values of this kind
 */
export function broken(rule: Rule, name: string, value: Value): Broken[] {
  if (rule.any !== undefined) {
    const found = rule.any.map((rules) => rules.flatMap((each) => broken(each, name, value)));
    return found.some((wrong) => wrong.length === 0) ? [] : found.flat();
  }
  const words = (rule.is !== undefined ? named(rule.is, name, value) : undefined) ?? said(rule, name, value);
  return words === undefined ? [] : [{ words, listed: rule.enum !== undefined }];
}

function said(rule: Rule, name: string, value: Value): string | undefined {
  if (rule.enum !== undefined) return notAllowed(rule.enum, rule.fold === true, name, value);
  if (rule.notEnum?.some((one) => String(one) === String(value))) {
    return `expected ${name} to not be any of [${rule.notEnum.join(" ")}], got ${value}`;
  }
  if (rule.range !== undefined) return outside(rule.range, name, value);
  const number = numberOf(value);
  if (rule.divisibleBy !== undefined && number !== undefined && number % rule.divisibleBy !== 0) {
    return `expected ${name} to be divisible by ${rule.divisibleBy}, got: ${number}`;
  }
  if (typeof value !== "string") return undefined;
  if (rule.length !== undefined) {
    return ofLength(rule.length, rule.characters ? [...value].length : Buffer.byteLength(value), name, value);
  }
  return rule.pattern === undefined ? undefined : unlike(rule, rule.pattern, name, value);
}

function notAllowed(allowed: readonly (string | number)[], fold: boolean, name: string, value: Value) {
  const folded = (one: string) => (fold ? one.toLowerCase() : one);
  if (typeof value === "object" || allowed.some((one) => folded(String(one)) === folded(String(value))))
    return undefined;
  const list = allowed.map((one) => JSON.stringify(one)).join(" ");
  return `expected ${name} to be one of [${list}], got ${value}`;
}

/** A number, or a text that is one: some of the provider's attributes are numbers in texts, so that they can be absent. */
function numberOf(value: Value): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

function outside([least, most]: readonly [number | null, number | null], name: string, value: Value) {
  const number = numberOf(value);
  if (number === undefined || ((least === null || number >= least) && (most === null || number <= most)))
    return undefined;
  if (least !== null && most !== null) return `expected ${name} to be in the range (${least} - ${most}), got ${number}`;
  return least === null
    ? `expected ${name} to be at most (${most}), got ${number}`
    : `expected ${name} to be at least (${least}), got ${number}`;
}

function ofLength([least, most]: readonly [number, number | null], length: number, name: string, value: string) {
  if (length >= least && (most === null || length <= most)) return undefined;
  if (most !== null) return `expected length of ${name} to be in the range (${least} - ${most}), got ${value}`;
  return least === 1
    ? `expected "${name}" to not be an empty string, got ${value}`
    : `expected length of ${name} to be at least ${least}, got ${value}`;
}

const expressions = new Map<string, RegExp | undefined>();

function unlike({ flags = "", not = false, message }: Rule, pattern: string, name: string, value: string) {
  const expression = expressionOf(pattern, flags);
  if (expression === undefined || expression.test(value) !== not) return undefined;
  if (message) return `invalid value for ${name} (${message})`;
  const match = not ? "not match" : "match";
  return `expected value of ${name} to ${match} regular expression ${JSON.stringify(pattern)}, got ${value}`;
}

/** @returns undefined for what is no expression here, which then asks for nothing */
function expressionOf(pattern: string, flags: string): RegExp | undefined {
  const key = `${flags}/${pattern}`;
  // Go takes escapes that JavaScript refuses in its stricter mode; what only that mode has would mean something else without it.
  const loose = /\\[pP]|\\u\{/.test(pattern) ? undefined : flags;
  if (!expressions.has(key)) {
    expressions.set(
      key,
      compiled(pattern, `${flags}u`) ?? (loose === undefined ? undefined : compiled(pattern, loose)),
    );
  }
  return expressions.get(key);
}

function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

function named(check: string, name: string, value: Value): string | undefined {
  if (typeof value !== "string" || !isNamed(check)) return undefined;
  const look: NamedCheck = namedChecks[check];
  return look(name, value);
}

/** A rule in words, for people to read. */
export function ruleText(rule: Rule): string {
  if (rule.any !== undefined) return rule.any.map((rules) => rules.map(ruleText).join(" and ")).join(", or ");
  if (rule.enum !== undefined) return `one of ${rule.enum.join(", ")}${rule.fold ? ", in any case" : ""}`;
  if (rule.notEnum !== undefined) return `none of ${rule.notEnum.join(", ")}`;
  if (rule.range !== undefined) return spanText(rule.range, "");
  if (rule.divisibleBy !== undefined) return `divisible by ${rule.divisibleBy}`;
  if (rule.length !== undefined) return spanText(rule.length, " characters");
  if (rule.pattern !== undefined)
    return `${rule.not ? "does not match" : "matches"} /${rule.pattern}/${rule.flags ?? ""}`;
  return rule.is === undefined ? "" : `is ${rule.is}`;
}

function spanText([least, most]: readonly [number | null, number | null], unit: string): string {
  if (least === null) return `at most ${most}${unit}`;
  return most === null ? `at least ${least}${unit}` : `${least} to ${most}${unit}`;
}
