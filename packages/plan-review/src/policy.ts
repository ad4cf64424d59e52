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
