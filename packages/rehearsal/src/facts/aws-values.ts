import { isObject, type ObjectValue, type Value } from "@platform/terraform";
import rules from "./data/aws-value-rules.json";
import type { Finding } from "./facts";

/** What AWS says of the text of one attribute. */
interface Rule {
  readonly enum?: readonly string[];
  /** Go's form of a regular expression. */
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

const types: Readonly<Record<string, Readonly<Record<string, Rule>>>> = rules.types;

/**
 * What AWS would refuse in a configuration, by the rules of its API models: a length or a pattern is an error; a value
 * that is not in a list is a warning, for a newer service may have more of them.
 */
export function checkValues(type: string, config: ObjectValue): Finding[] {
  const own = Object.entries(types[type] ?? {}).flatMap(([name, rule]) => checkText(name, config[name] ?? null, rule));
  return [...own, ...walk(config, [])];
}

export const valuesSource: string = rules.source;

/** What is asked of the values of a type's attributes, for people to read. */
export function valueTexts(type: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(types[type] ?? {}).map(([name, { enum: allowed, pattern, min, max }]) => {
      const length =
        min === undefined && max === undefined ? [] : [`${min ?? 0} to ${max ?? "any number of"} characters`];
      const parts = [...(allowed === undefined ? [] : [`one of ${allowed.join(", ")}`]), ...length];
      return [name, [...parts, ...(pattern === undefined ? [] : [`matches ${pattern}`])].join("; ")];
    }),
  );
}

function checkText(name: string, value: Value, { enum: allowed, pattern, min, max }: Rule): Finding[] {
  if (typeof value !== "string") return [];
  const path = [name];
  if (allowed !== undefined && !allowed.includes(value)) {
    return [{ path, warning: true, detail: `expected ${name} to be one of ${JSON.stringify(allowed)}, got ${value}` }];
  }
  const length = [...value].length;
  if ((max !== undefined && length > max) || (min !== undefined && length < min)) {
    return [
      { path, detail: `expected length of ${name} to be in the range (${min ?? 0} - ${max ?? "any"}), got ${value}` },
    ];
  }
  const expression = pattern === undefined ? undefined : expressionOf(pattern);
  if (expression?.test(value) !== false) return [];
  return [{ path, detail: `invalid value for ${name} (must match ${pattern}): ${value}` }];
}

/** @returns undefined for what JavaScript has no form of */
function expressionOf(pattern: string): RegExp | undefined {
  const translated = pattern
    .replaceAll("(?s)", "")
    .replaceAll(/\\x\{([0-9A-Fa-f]+)\}/g, "\\u{$1}")
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replaceAll(/\\(['"#%&=~@<>!:;,_ ])/g, "$1");
  try {
    return new RegExp(translated, "us");
  } catch {
    return undefined;
  }
}

const cidr = /^(\d{1,3}(\.\d{1,3}){3}\/([12]?\d|3[0-2])|[0-9a-f:]+\/\d{1,3})$/i;

/** What follows from an attribute's name, in blocks too: CIDRs, ARNs and policies. */
function walk(value: ObjectValue, path: readonly (string | number)[]): Finding[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name];
    if (typeof member === "string") return checkNamed(name, member, here);
    if (Array.isArray(member)) {
      return member.flatMap((item, index) => {
        if (isObject(item)) return walk(item, [...here, index]);
        return typeof item === "string" && name.endsWith("cidr_blocks") ? checkNamed("cidr_block", item, here) : [];
      });
    }
    return isObject(member) ? walk(member, here) : [];
  });
}

function checkNamed(name: string, text: string, path: Finding["path"]): Finding[] {
  if (/(^|_)cidr(_block|_ipv4|_ipv6)?$/.test(name) && text !== "") {
    const [address = "", bits = ""] = text.split("/");
    const octets = address.split(".").map(Number);
    const valid =
      cidr.test(text) && (address.includes(":") ? Number(bits) <= 128 : octets.every((octet) => octet < 256));
    return valid ? [] : [{ path, detail: `"${text}" is not a valid CIDR block` }];
  }
  // Some take a name as well, so that this is no error: internal/verify/validate.go of hashicorp/aws.
  if (/(^|_)arn$/.test(name) && text !== "" && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/.test(text)) {
    return [{ path, detail: `"${name}" (${text}) is an invalid ARN: arn: invalid prefix`, warning: true }];
  }
  if (/^(policy|assume_role_policy|access_policy|inline_policy|redrive_policy|container_definitions)$/.test(name)) {
    return checkJson(name, text, path);
  }
  return [];
}

/** JSON that is none is an error, and so is what IAM refuses of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function checkJson(name: string, text: string, path: Finding["path"]): Finding[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (text.startsWith("arn:") || text === "") return [];
    return [{ path, detail: `"${name}" contains an invalid JSON: ${error instanceof Error ? error.message : error}` }];
  }
  if (!/policy$/.test(name) || typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) return [];
  const statements: unknown[] = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement];
  const sids = new Set<unknown>();
  return statements.flatMap((statement): Finding[] => {
    if (typeof statement !== "object" || statement === null)
      return [{ path, detail: "a policy's statement is no object" }];
    // A policy of Amazon SNS or CloudWatch that protects data has operations instead of effects:
    // https://docs.aws.amazon.com/sns/latest/dg/sns-message-data-protection-policies.html
    if ("Operation" in statement) return [];
    const { Effect: effect, Sid: sid }: { Effect?: unknown; Sid?: unknown } = statement;
    const found: Finding[] = [];
    if (effect !== "Allow" && effect !== "Deny") {
      found.push({ path, detail: `a policy's Effect is Allow or Deny, got ${String(effect)}` });
    }
    if (sid !== undefined && sid !== "" && sids.has(sid)) {
      found.push({ path, detail: `a policy's statements have different Sids, got ${String(sid)} twice` });
    }
    sids.add(sid);
    return found;
  });
}
