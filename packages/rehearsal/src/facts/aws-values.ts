import { isObject, type ObjectValue } from "@platform/terraform";
import type { Finding } from "./facts";
import { parseCidr } from "./ip-address";
import { namedChecks } from "./named-checks";
import { TypeTable } from "./type-table";
import { broken, type Rule } from "./value-rules";

/** What AWS's API models say of the values of a type's own attributes. */
export const apiRules = new TypeTable<Readonly<Record<string, readonly Rule[]>>>("aws-value-rules.json");

/**
 * What AWS would refuse, where the provider has no rule of its own. A length or a pattern is an error; a value that is not in a list is
 * a warning, for a newer service may have more of them.
 *
 * @param isKnown whether the provider has a rule of a path
 */
export function checkValues(type: string, config: ObjectValue, isKnown: (path: string) => boolean): Finding[] {
  const own = Object.entries(apiRules.of(type) ?? {}).flatMap(([name, rules]) => {
    const value = config[name] ?? null;
    // Where the provider does not look, an empty text is none.
    if (typeof value !== "string" || value === "" || isKnown(name)) return [];
    return rules
      .flatMap((rule) => broken(rule, name, value))
      .slice(0, 1)
      .map(({ words, listed }) => said([name], words, listed));
  });
  return [...own, ...walk(config, [], isKnown)];
}

const said = (path: Finding["path"], words: string, warning: boolean): Finding =>
  warning ? { path, detail: words, warning } : { path, summary: words, detail: "" };

/** What follows from an attribute's name, in blocks too: CIDRs, ARNs and policies. */
function walk(value: ObjectValue, path: Finding["path"], isKnown: (path: string) => boolean): Finding[] {
  return Object.entries(value).flatMap(([name, member]) => {
    const here = [...path, name];
    const known = () => isKnown(here.filter((step) => typeof step === "string").join("."));
    if (typeof member === "string") return checkNamed(name, member, here, known());
    if (Array.isArray(member)) {
      return member.flatMap((item, index) => {
        if (isObject(item)) return walk(item, [...here, index], isKnown);
        return typeof item === "string" && name.endsWith("cidr_blocks")
          ? checkNamed("cidr_block", item, here, known())
          : [];
      });
    }
    return isObject(member) ? walk(member, here, isKnown) : [];
  });
}

/** @param known whether the provider's own rule has looked at the form of the text */
function checkNamed(name: string, text: string, path: Finding["path"], known: boolean): Finding[] {
  if (text === "") return [];
  if (/(^|_)cidr(_block|_ipv4|_ipv6)?$/.test(name) && !known) {
    return parseCidr(text) ? [] : [said(path, `${JSON.stringify(text)} is not a valid CIDR block`, false)];
  }
  // Some take a name as well, so that this is no error.
  if (/(^|_)arn$/.test(name) && !known && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/.test(text)) {
    return [said(path, namedChecks.arn(name, text) ?? `${JSON.stringify(name)} (${text}) is an invalid ARN`, true)];
  }
  if (/^(policy|assume_role_policy|access_policy|inline_policy|redrive_policy|container_definitions)$/.test(name)) {
    return checkJson(name, text, path, known);
  }
  return [];
}

/** JSON that is none is an error, and so is what IAM refuses of a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function checkJson(name: string, text: string, path: Finding["path"], known: boolean): Finding[] {
  const wrong = namedChecks.json(name, text);
  if (wrong !== undefined) return known || text.startsWith("arn:") ? [] : [said(path, wrong, false)];
  const parsed: unknown = JSON.parse(text);
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
