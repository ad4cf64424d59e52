import type { Configuration } from "@platform/terraform";
import type { Change } from "../change";
import type { Phrase } from "../phrase";
import type { StackPlan } from "../stack-plan";

/** `stop`: nobody should apply it without a second person. `look`: a person should have read it. */
export type Level = "look" | "stop";

interface Named {
  /** The name of the file that holds the rule. */
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
