import { z } from "zod";

/** What a statement names: actions, resources, principals, conditions. */
export const parts = [
  "principal",
  "not principal",
  "action",
  "not action",
  "resource",
  "not resource",
  "condition",
] as const;
export type Part = (typeof parts)[number];

/** A statement of a policy, each part as a list of one-line entries. */
export interface Statement {
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly parts: Readonly<Record<Part, readonly string[]>>;
}

const list = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const principal = z.union([z.literal("*").transform((every) => [every]), z.record(z.string(), list)]);
/** Booleans and numbers stand in conditions as often as their texts do, and mean the same. */
const conditionValues = z
  .union([z.coerce.string(), z.array(z.coerce.string())])
  .transform((values) => [values].flat().sort().join(", "));

const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: list.default([]),
  NotAction: list.default([]),
  Resource: list.default([]),
  NotResource: list.default([]),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});

const document = z.object({
  Statement: z.union([z.array(statement), statement]).transform((value) => [value].flat()),
});

/**
 * Reads a policy.
 *
 * @returns its statements, or undefined when the text is none
 */
export function parsePolicy(text: string): readonly Statement[] | undefined {
  if (!text.includes('"Statement"')) return undefined;
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = document.safeParse(content);
  if (!parsed.success) return undefined;
  return parsed.data.Statement.map((found) => ({
    sid: found.Sid,
    effect: found.Effect,
    parts: {
      principal: principals(found.Principal),
      "not principal": principals(found.NotPrincipal),
      action: found.Action,
      "not action": found.NotAction,
      resource: found.Resource,
      "not resource": found.NotResource,
      condition: Object.entries(found.Condition).flatMap(([operator, keys]) =>
        Object.entries(keys).map(([key, values]) => `${operator} ${key}: ${values}`),
      ),
    },
  }));
}

function principals(named: z.infer<typeof principal> | undefined): string[] {
  if (named === undefined) return [];
  if (Array.isArray(named)) return named;
  return Object.entries(named).flatMap(([kind, names]) => names.map((name) => `${kind} ${name}`));
}

/** How one statement of a policy changes. */
export type StatementChange =
  | { readonly kind: "added"; readonly statement: Statement }
  | { readonly kind: "removed"; readonly statement: Statement }
  | {
      readonly kind: "changed";
      readonly before: Statement;
      readonly after: Statement;
      /** The parts that differ, with their entries that come and go. */
      readonly parts: readonly PartChange[];
    };

export interface PartChange {
  readonly part: Part;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What a policy says anew and says no more. Statements are paired by what they say, then by name, then by likeness. */
export function comparePolicies(before: readonly Statement[], after: readonly Statement[]): StatementChange[] {
  const old = new Set(before);
  const fresh = new Set(after);
  const pair = (alike: (one: Statement, other: Statement) => boolean): [Statement, Statement][] =>
    [...fresh].flatMap((other) => {
      const one = [...old].find((candidate) => alike(candidate, other));
      if (one === undefined) return [];
      old.delete(one);
      fresh.delete(other);
      return [[one, other]];
    });

  pair((one, other) => one.effect === other.effect && partChanges(one, other).length === 0);
  const changed = [
    ...pair((one, other) => one.sid !== undefined && one.sid === other.sid),
    ...pair((one, other) => one.effect === other.effect && shareAction(one, other)),
  ];
  return [
    ...changed.map(([one, other]) => ({
      kind: "changed" as const,
      before: one,
      after: other,
      parts: partChanges(one, other),
    })),
    ...[...fresh].map((statement) => ({ kind: "added" as const, statement })),
    ...[...old].map((statement) => ({ kind: "removed" as const, statement })),
  ];
}

function shareAction(one: Statement, other: Statement): boolean {
  return one.parts.action.some((action) => other.parts.action.includes(action));
}

function partChanges(one: Statement, other: Statement): PartChange[] {
  return parts.flatMap((part) => {
    const added = other.parts[part].filter((entry) => !one.parts[part].some((known) => matches(known, entry)));
    const removed = one.parts[part].filter((known) => !other.parts[part].some((entry) => matches(known, entry)));
    return added.length + removed.length === 0 ? [] : [{ part, added, removed }];
  });
}

/** Equal; or a policy known after apply, read from the source, whose `${references}` may stand for what is there now. */
function matches(known: string, entry: string): boolean {
  if (known === entry) return true;
  if (!entry.includes("${")) return false;
  const literals = entry.split(/\$\{[^}]*\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // A reference becomes a name or an ARN, never a wildcard.
  return new RegExp(`^${literals.join("[^*]*")}$`).test(known);
}
