import type { Configuration } from "@platform/terraform";
import type { Change } from "./change";
import type { Phrase } from "./phrase";
import { rules } from "./rules";
import type { Level, Rule } from "./rules/rule";
import type { StackPlan } from "./stack-plan";

export type Verdict = "safe" | Level;

/** What the pipeline's jobs get; 1 is an error. */
export const exitCodes: Readonly<Record<Verdict, number>> = { safe: 0, look: 2, stop: 3 };

/** Why the verdict is not safe: what one rule found. */
export interface Reason {
  readonly rule: string;
  readonly level: Level;
  readonly sentence: string;
  readonly findings: readonly Finding[];
}

export interface Finding {
  /** Undefined when it is about all plans together. */
  readonly change: Change | undefined;
  readonly detail: Phrase;
  /** What it is created with: `api/orders`, a construct of a stack, or `api`, a stack that is wholly new. */
  readonly createdWith?: string | undefined;
}

/** What the rules find, stops first. */
export function reasonsFor(plans: readonly StackPlan[], table: readonly Rule[] = rules): readonly Reason[] {
  const found = table.flatMap((rule): Reason[] => {
    const findings = "about" in rule ? aboutChanges(plans, rule.about) : aboutAll(rule.aboutAll(plans));
    const { name, level, sentence } = rule;
    return findings.length === 0 ? [] : [{ rule: name, level, sentence, findings }];
  });
  return [...found.filter(({ level }) => level === "stop"), ...found.filter(({ level }) => level === "look")];
}

export function verdictOf(reasons: readonly Reason[]): Verdict {
  return reasons[0]?.level ?? "safe";
}

function aboutChanges(
  plans: readonly StackPlan[],
  about: (change: Change, configuration: Configuration) => Phrase | undefined,
): Finding[] {
  return plans.flatMap(({ changes, configuration, resources }) => {
    const isNew = resources.every(({ before }) => before === undefined);
    return changes.flatMap((change) => {
      const detail = about(change, configuration);
      return detail === undefined ? [] : [{ change, detail, createdWith: createdWith(change, isNew) }];
    });
  });
}

function createdWith({ action, stack, path }: Change, isNewStack: boolean): string | undefined {
  if (action !== "create") return undefined;
  if (isNewStack) return stack;
  const [construct, ...below] = path.split("/");
  return below.length === 0 ? undefined : `${stack}/${construct}`;
}

function aboutAll(detail: Phrase | undefined): Finding[] {
  return detail === undefined ? [] : [{ change: undefined, detail }];
}
