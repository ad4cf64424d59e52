import {
  type Configuration,
  type ConstructPath,
  constructPaths,
  emptyPlan,
  outputsRead,
  type PlanFile,
  readConfiguration,
  withoutIndex,
} from "@platform/terraform";
import { bothSides, type Change, readChange } from "./change";
import { groupBy } from "./group-by";
import { type HoldsData, holdsData } from "./rules/resource-types";
import { isRecord, type Values } from "./values";

/** What the plan of one stack says, ready for review. */
export interface StackPlan {
  readonly name: string;
  /** Whether it is deployed and the source has it no more, so that nothing plans it. */
  readonly gone: boolean;
  readonly configuration: Configuration;
  /** In the order in which Terraform applies them. */
  readonly changes: readonly Change[];
  /** What was changed outside Terraform, as far as it differs. */
  readonly drift: readonly Change[];
  /** Every resource that is managed before or after, changed or not. */
  readonly resources: readonly Resource[];
  readonly outputs: PlannedOutputs;
  /** Whether it plans everything that the source asks for. */
  readonly complete: boolean;
  /** Addresses of what it leaves to a later plan, as far as it names them. */
  readonly deferred: readonly string[];
  /** Addresses of the provider's actions that are run with it. */
  readonly invoked: readonly string[];
  /** What the source claims and the plan finds otherwise. */
  readonly failed: readonly FailedCheck[];
  /** What the stack read of other stacks' outputs while it was planned, by stack. */
  readonly read: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

export interface Resource {
  readonly type: string;
  readonly address: string;
  /** Undefined when it is not there before. */
  readonly before: Values | undefined;
  /** Undefined when it is not there after. */
  readonly after: Values | undefined;
}

/** A check of the source that fails, with the messages that its author wrote. */
export interface FailedCheck {
  readonly address: string;
  readonly messages: readonly string[];
}

export type PlannedOutputs = PlanFile["document"]["output_changes"];

export function readStackPlan(
  { stack, document }: PlanFile,
  constructPath: ConstructPath,
  holds: HoldsData = holdsData(),
): StackPlan {
  const configuration = readConfiguration(document);
  const source = { stack, configuration, constructPath, holdsData: holds };
  const managed = document.resource_changes
    .filter(({ mode }) => mode === "managed")
    .map((found) => ({ found, sides: bothSides(found) }));
  const changes = managed.flatMap(({ found, sides }) => readChange(found, source, sides) ?? []);
  const drift = document.resource_drift.flatMap((found) => readChange(found, source) ?? []);
  return {
    name: stack,
    gone: false,
    configuration,
    changes: inOrder(changes, configuration),
    drift: drift.filter(({ action, differences }) => action !== "update" || differences.length > 0),
    resources: managed
      .filter(({ found: { deposed } }) => deposed === undefined)
      .map(({ found: { type, address, change }, sides: { before, after } }) => ({
        type,
        address,
        before: isRecord(change.before) ? before : undefined,
        after: isRecord(change.after) ? after : undefined,
      })),
    outputs: document.output_changes,
    complete: document.complete,
    deferred: document.deferred_changes.map(({ resource_change: { address } }) => address),
    invoked: [
      ...document.action_invocations,
      ...document.deferred_action_invocations.map(({ action_invocation: deferred }) => deferred),
    ].map(({ address }) => address),
    failed: document.checks
      .filter(({ status }) => status === "fail" || status === "error")
      .map(({ address, instances }) => ({
        address: address.to_display,
        messages: instances.flatMap(({ problems }) => problems.map(({ message }) => message)),
      })),
    read: outputsRead(document),
  };
}

/** A stack that is deployed and that the source has no more. */
export function goneStack(stack: string): StackPlan {
  return { ...readStackPlan({ stack, document: emptyPlan }, constructPaths(undefined)), gone: true };
}

/** Terraform changes a resource after those it refers to, and removes one when nothing needs it any more. */
function inOrder(changes: readonly Change[], configuration: Configuration): readonly Change[] {
  const staying = changes.filter(({ action }) => action !== "delete" && action !== "forget");
  const byAddress = groupBy(staying, ({ address }) => withoutIndex(address));
  const ordered = new Set<Change>();
  const begun = new Set<string>();
  const visit = (address: string): void => {
    if (begun.has(address)) return;
    begun.add(address);
    for (const reference of configuration.allReferences(address)) if (byAddress.has(reference)) visit(reference);
    for (const change of byAddress.get(address) ?? []) ordered.add(change);
  };
  for (const address of byAddress.keys()) visit(address);
  return [...ordered, ...changes.filter((change) => !ordered.has(change))];
}
