import { isDeepStrictEqual } from "node:util";

/**
 * Names that AWS keeps in small letters, without a dot at the end where they are of the DNS: hashicorp/aws compares them
 * so (StateFunc in internal/service/{route53,elasticache}).
 */
const caseless: Readonly<Record<string, readonly string[]>> = {
  aws_elasticache_cluster: ["cluster_id", "maintenance_window"],
  aws_elasticache_parameter_group: ["name"],
  aws_elasticache_replication_group: ["replication_group_id", "maintenance_window"],
  aws_elasticache_subnet_group: ["name"],
  aws_elasticache_user: ["engine"],
  aws_elasticache_user_group: ["engine"],
  aws_route53_record: ["name"],
  aws_route53_zone: ["name"],
};

/** Whether two texts of an attribute mean the same to AWS, so that the provider sees no change. */
export function equivalent(type: string, attribute: string, before: string, after: string): boolean {
  if (caseless[type]?.includes(attribute)) return folded(before) === folded(after);
  const [one, other] = [parsed(before), parsed(after)];
  return one !== undefined && other !== undefined && isDeepStrictEqual(one, other);
}

const folded = (name: string) => name.toLowerCase().replace(/\.$/, "");

/** JSON in one form; undefined for other text. Numbers and names are no JSON that anybody writes in two forms. */
function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && "Statement" in value ? policy(value) : value;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const sorted = (values: readonly unknown[]) => [...new Set(values.map((value) => JSON.stringify(value)))].sort();

/**
 * A policy as IAM compares it: statements, actions, resources and principals are sets, and one is a list of one; an
 * account's number is its root user, and everybody is everybody.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
const policy = ({ Statement, ...rest }: Readonly<Record<string, unknown>>) => ({
  ...rest,
  Statement: sorted(list(Statement).map((one) => (isObject(one) ? statement(one) : one))),
});

function statement(written: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const members = Object.entries(written).map(([name, value]): [string, unknown] => {
    if (/^(Not)?(Action|Resource)$/.test(name)) return [name, sorted(list(value))];
    if (/^(Not)?Principal$/.test(name)) return [name, principals(value)];
    return [name, name === "Condition" && isObject(value) ? conditions(value) : value];
  });
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const byName = (entries: (readonly [string, unknown])[]) =>
  Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));

function principals(value: unknown): unknown {
  if (!isObject(value)) return value;
  const kinds = Object.entries(value).map(([kind, who]) => {
    const names = list(who).map((name) =>
      kind === "AWS" ? String(name).replace(/^arn:[\w-]+:iam::(\d{12}):root$/, "$1") : name,
    );
    return [kind, sorted(names)] as const;
  });
  const [only] = kinds;
  return kinds.length === 1 && only?.[0] === "AWS" && only[1].join() === '"*"' ? "*" : byName(kinds);
}

const conditions = (value: Readonly<Record<string, unknown>>) =>
  byName(
    Object.entries(value).map(([test, keys]) => [
      test,
      isObject(keys)
        ? byName(Object.entries(keys).map(([key, values]) => [key, sorted(list(values).map(String))]))
        : keys,
    ]),
  );
