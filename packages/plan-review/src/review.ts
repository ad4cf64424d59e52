import { constructPaths, dependenciesFirst, type PlanFile, readAssembly } from "@platform/terraform";
import type { Action, Change } from "./change";
import { type CostEstimate, estimateCost } from "./cost/estimate";
import { type Group, inGroups, rootCauses } from "./groups";
import { holdsData } from "./rules/resource-types";
import type { Settings } from "./settings";
import { goneStack, readStackPlan } from "./stack-plan";
import { type Reason, reasonsFor, type Verdict, verdictOf } from "./verdict";

/** What an operator should know before plans are applied. */
export interface Review {
  /** The environment, as the operator calls it. */
  readonly environment: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** In the order in which they are applied, those without changes included. */
  readonly stacks: readonly StackReview[];
  /** Resources by what is done to them. */
  readonly totals: Readonly<Partial<Record<Action, number>>>;
  readonly drift: readonly Change[];
  readonly cost: CostEstimate;
  /** How a stop may be overridden. */
  readonly override: Settings["override"];
}

export interface StackReview {
  readonly name: string;
  readonly groups: readonly Group[];
  readonly changes: readonly Change[];
}

export interface ReviewOptions {
  readonly environment: string;
  /** The synthesized program, which knows the constructs' paths. @default told from resources' names */
  readonly synthesized?: string;
  /** Stacks that are deployed and that the source has no more. @default none */
  readonly gone?: readonly string[];
  /** What only the project knows. @default the package's own types, and a stop that nothing overrides */
  readonly settings?: Settings;
}

/** Reviews the plans of an environment's stacks. @throws {InputError} when the synthesized program cannot be read */
export async function review(
  files: readonly PlanFile[],
  { environment, synthesized, gone = [], settings = {} }: ReviewOptions,
): Promise<Review> {
  const stacks = synthesized === undefined ? [] : readAssembly(synthesized);
  const planned = files.map((file) =>
    readStackPlan(file, constructPaths(stacks.find(({ name }) => name === file.stack)), holdsData(settings)),
  );
  const plans = dependenciesFirst(
    [...planned, ...gone.map(goneStack)].toSorted((one, other) => one.name.localeCompare(other.name, "en")),
    ({ name }) => name,
    ({ configuration }) => configuration.dependencies,
  );
  const reasons = reasonsFor(plans);
  const rootCause = rootCauses(plans);
  return {
    environment,
    verdict: verdictOf(reasons),
    reasons,
    stacks: plans.map(({ name, changes }) => ({ name, changes, groups: inGroups(changes, rootCause) })),
    totals: totals(plans.flatMap(({ changes }) => changes)),
    drift: plans.flatMap(({ drift }) => drift),
    cost: estimateCost(plans),
    override: settings.override,
  };
}

function totals(changes: readonly Change[]): Review["totals"] {
  const counts: Partial<Record<Action, number>> = {};
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
}
