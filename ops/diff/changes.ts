import { z } from "zod";
import { Failure } from "../../runtime/failure";

const planSchema = z.object({
  resource_changes: z.array(z.object({ change: z.object({ actions: z.array(z.string()) }) })).default([]),
});

/** What GitLab's `terraform` report holds: https://docs.gitlab.com/ci/yaml/artifacts_reports/#artifactsreportsterraform */
export interface PlanReport {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
}

/** Counts a plan's changes; a replacement creates and deletes. @param json what `terraform show -json` says of the plan */
export function countChanges(stack: string, json: string): PlanReport {
  const { data, error } = planSchema.safeParse(parse(json));
  if (data === undefined)
    throw new Failure(`the plan of ${stack} must be JSON of terraform show -json, got ${error.message}`);
  const actions = data.resource_changes.flatMap(({ change }) => change.actions);
  const count = (action: string) => actions.filter((found) => found === action).length;
  return { create: count("create"), update: count("update"), delete: count("delete") };
}

export function sum(reports: readonly PlanReport[]): PlanReport {
  return reports.reduce(
    (total, report) => ({
      create: total.create + report.create,
      update: total.update + report.update,
      delete: total.delete + report.delete,
    }),
    { create: 0, update: 0, delete: 0 },
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
