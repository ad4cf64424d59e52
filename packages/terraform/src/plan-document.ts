import { z } from "zod";
import { InputError } from "./input-error";
import { parseJson } from "./json";
import { stackRead } from "./references";
import { isRecord } from "./values";

const anything = z.unknown().optional();

const change = z.object({
  actions: z.array(z.enum(["no-op", "create", "read", "update", "delete", "forget"])),
  before: anything,
  after: anything,
  after_unknown: anything,
  before_sensitive: anything,
  after_sensitive: anything,
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
  importing: anything,
});

const resourceChange = z.object({
  address: z.string(),
  /** OpenTofu lists ephemeral resources too: https://github.com/opentofu/opentofu/blob/main/internal/command/jsonplan/plan.go */
  mode: z.enum(["managed", "data", "ephemeral"]),
  type: z.string(),
  name: z.string(),
  previous_address: z.string().optional(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  /** Written by the rehearsal: changed attributes of which nobody knows whether the cloud replaces the resource for them. */
  replacement_not_known: z.array(z.string()).default([]),
  change,
});
export type ResourceChange = z.infer<typeof resourceChange>;

const configuredResource = z.object({
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  /** By attribute: `{ constant_value, references }`, nested as blocks are. */
  expressions: z.record(z.string(), z.unknown()).default({}),
});
export type ConfiguredResource = z.infer<typeof configuredResource>;

/** A provider's action that Terraform 1.14 and newer run besides changing resources. */
const invocation = z.object({ address: z.string() });

/** What the source claims of a resource, an output or, in a block of its own, of anything; Terraform 1.5 and newer. */
const check = z.object({
  address: z.object({ to_display: z.string() }),
  status: z.string(),
  instances: z.array(z.object({ problems: z.array(z.object({ message: z.string() })).default([]) })).default([]),
});

/**
 * What is read of a plan in Terraform's JSON form, 1.x; anything else in it is left out.
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
const planDocument = z.object({
  terraform_version: z.string(),
  resource_changes: z.array(resourceChange).default([]),
  resource_drift: z.array(resourceChange).default([]),
  output_changes: z
    .record(z.string(), z.object({ before: anything, after: anything, after_unknown: anything }))
    .default({}),
  prior_state: z
    .object({
      values: z.object({
        root_module: z.object({
          resources: z.array(z.object({ address: z.string(), values: anything })).default([]),
        }),
      }),
    })
    .partial()
    .optional(),
  configuration: z
    .object({
      provider_config: z
        .record(z.string(), z.object({ expressions: z.record(z.string(), z.unknown()).default({}) }))
        .default({}),
      root_module: z
        .object({
          outputs: z.record(z.string(), z.object({ expression: anything })).default({}),
          resources: z.array(configuredResource).default([]),
        })
        .default({ outputs: {}, resources: [] }),
    })
    .default({ provider_config: {}, root_module: { outputs: {}, resources: [] } }),
  // https://github.com/hashicorp/terraform/blob/main/internal/command/jsonplan/plan.go
  errored: z.boolean().default(false),
  /** Whether another plan will find nothing to do after it; Terraform 1.8 and newer say it. */
  complete: z.boolean().default(true),
  deferred_changes: z.array(z.object({ resource_change: z.object({ address: z.string() }) })).default([]),
  action_invocations: z.array(invocation).default([]),
  deferred_action_invocations: z.array(z.object({ action_invocation: invocation })).default([]),
  checks: z.array(check).default([]),
});
export type PlanDocument = z.infer<typeof planDocument>;

/** A plan that says nothing. */
export const emptyPlan: PlanDocument = planDocument.parse({ terraform_version: "" });

const heading = z.object({ format_version: z.string(), terraform_version: z.string() });

/**
 * Reads one plan.
 *
 * @param file names it in errors
 * @param text what `terraform show -json` printed
 * @throws {InputError} when the text is cut off, no plan, or of another version of Terraform
 */
export function parsePlan(file: string, text: string): PlanDocument {
  const again = "make it again with terraform show -json";
  if (text.startsWith("PK"))
    throw new InputError(`${file} is Terraform's binary plan: give what terraform show -json prints`);
  const content = parseJson(text, `${file} is not whole JSON (${text.length} characters): ${again}`);
  const found = heading.safeParse(content);
  if (!found.success)
    throw new InputError(`${file} is no plan, it has no format_version and terraform_version: ${again}`);
  const { format_version: format, terraform_version: version } = found.data;
  if (!format.startsWith("1.")) {
    throw new InputError(
      `${file} was made by Terraform ${version} in plan format ${format}: format 1.x is read, of Terraform 1.1 and newer and of OpenTofu`,
    );
  }
  const parsed = planDocument.safeParse(content);
  if (!parsed.success) {
    const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
    throw new InputError(`${file} has another form than Terraform's plans at ${path.join(".")} (${message}): ${again}`);
  }
  if (!isPlan(content))
    throw new InputError(`${file} is a state, not a plan: give it the plan, terraform show -json tfplan`);
  if (parsed.data.errored)
    throw new InputError(`${file} is a plan that ended in an error, so not all changes stand in it: plan again`);
  return parsed.data;
}

/** `terraform show -json` without a plan's name prints the state, under the same heading. */
function isPlan(content: unknown): boolean {
  return z.object({ planned_values: z.object({}) }).safeParse(content).success;
}

/** How many resources a plan adds, changes, replaces and destroys. */
export interface PlanSummary {
  readonly add: number;
  readonly change: number;
  readonly replace: number;
  readonly destroy: number;
}

/** Counts the changes of a plan; what is only read, moved, imported or forgotten counts nowhere. */
export function summarize({ resource_changes: changes }: PlanDocument): PlanSummary {
  const counts = { add: 0, change: 0, replace: 0, destroy: 0 };
  for (const { change } of changes) {
    const actions = new Set(change.actions);
    if (actions.has("create") && actions.has("delete")) counts.replace++;
    else if (actions.has("create")) counts.add++;
    else if (actions.has("update")) counts.change++;
    else if (actions.has("delete")) counts.destroy++;
  }
  return counts;
}

/** What a stack read of other stacks' outputs while it was planned, by stack. */
export function outputsRead({
  prior_state: state,
}: PlanDocument): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const read = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { address, values } of state?.values?.root_module.resources ?? []) {
    const [, type = "", name = ""] = address.split(".");
    const stack = address.startsWith("data.") ? stackRead({ type, name }) : undefined;
    if (stack !== undefined && isRecord(values) && isRecord(values.outputs)) read.set(stack, values.outputs);
  }
  return read;
}
