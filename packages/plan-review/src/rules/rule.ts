import type { Configuration } from "@platform/terraform";
import type { Change } from "../change";
import { type Phrase, say } from "../phrase";
import type { StackPlan } from "../stack-plan";
import { Hidden, later, type Value } from "../values";

/** `stop`: nobody should apply it without a second person. `look`: a person should have read it. */
export type Level = "look" | "stop";

interface Named {
  readonly name: string;
  readonly level: Level;
  /** What it found, as the operator reads it. */
  readonly sentence: string;
}

/** A rule about single changes. */
export interface ChangeRule extends Named {
  /** What of the change concerns the rule, in a few words; undefined when nothing does. */
  readonly about: (change: Change, configuration: Configuration) => Phrase | undefined;
}

/** A rule about all plans together. */
export interface PlansRule extends Named {
  /** What concerns the rule, in a few words; undefined when nothing does. */
  readonly aboutAll: (plans: readonly StackPlan[]) => Phrase | undefined;
}

export type Rule = ChangeRule | PlansRule;

/** An attribute that differs. A sensitive one is shown on both sides as {@link hidden}. */
export interface Transition {
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  readonly before: Value;
  readonly after: Value;
}

/** Stands for a value that the plan keeps secret: no rule can clear it. */
export const hidden = new Hidden(undefined);

/** The attributes that differ, those known only after apply included. */
export function transitions({ differences, later: unknown, before: was }: Change): readonly Transition[] {
  const transition = (path: string, before: Value, after: Value): Transition => ({
    path,
    name: path.slice(path.lastIndexOf(".") + 1),
    before,
    after,
  });
  return [
    ...differences.flatMap((difference) => {
      if (difference.kind === "value") return [transition(difference.path, difference.before, difference.after)];
      return difference.kind === "hidden" ? [transition(difference.path, hidden, hidden)] : [];
    }),
    ...unknown.map((path) => transition(path, was[path] ?? null, later)),
  ];
}

/**
 * The first attribute that leaves the value that keeps something safe, or may.
 *
 * @param safe by path of the attribute, the value that is safe
 */
export function leaving(change: Change, safe: Readonly<Record<string, Value>>): Transition | undefined {
  if (change.action !== "update" && change.action !== "replace") return undefined;
  return transitions(change).find(({ path, before, after }) => {
    if (!(path in safe)) return false;
    return before === hidden || (same(before, safe[path]) && !same(after, safe[path]));
  });
}

/** The provider has some of its booleans as texts. */
const same = (value: Value, safe: Value | undefined) =>
  value === safe || (typeof safe === "boolean" && value === String(safe));

/** Whether a change is more than one of names and tags. */
export function beyondTags({ action, differences, later }: Change): boolean {
  if (action === "move" || action === "import") return false;
  if (action !== "update") return true;
  return later.length > 0 || differences.some(({ path }) => !/^(tags|tags_all|description|timeouts)(\.|$)/.test(path));
}

/** `timeout 3 → 28` */
export const became = ({ path, before, after }: Pick<Transition, "path" | "before" | "after">): Phrase =>
  say`${path} ${before} → ${after}`;

/** A rule about the first attribute that changes as `concerns` describes it. */
export const attributeRule = (named: Named, concerns: (transition: Transition) => boolean): ChangeRule => ({
  ...named,
  about: (change) => {
    if (change.action !== "update" && change.action !== "replace") return undefined;
    const found = transitions(change).find(concerns);
    return found && became(found);
  },
});
