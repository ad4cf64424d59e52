import { readFileSync } from "node:fs";

/** When in a resource's life a call is made; `lock` and `write` are Terraform's own, for its state. */
export type Phase = "create" | "read" | "update" | "delete" | "lock" | "write";

/**
 * A line of the tables in calls/: a call of the Terraform provider, by type of resource and phase.
 *
 * `resources`: what AWS checks the call against, each by itself, as the Service Authorization Reference calls the kinds;
 * `-` for a call that knows no resource. `kind@new` is being made by the call, `kind@untagged` carries no tag of ours yet,
 * `kind@aws` is made by AWS itself; `kind=...` gives the last part of its ARN.
 *
 * `request`: what the call sends: `tags` (all tags), `tag` (one that changed), `untag` (the key of one), and condition keys
 * with their values; `key?=` where the resource may be without the setting. `{name}` is a setting of the resource, `{aws_type.name}` one of a resource it belongs to, `{role_arn->name}`
 * one of the resource that a setting names.
 */
export interface Call {
  readonly type: string;
  readonly phase: Phase;
  readonly action: string;
  readonly resources: readonly CallResource[];
  readonly request: readonly string[];
  /** The provider's file and function (hashicorp/terraform-provider-aws), or AWS's page. */
  readonly source: string;
}

export interface CallResource {
  /** As the reference calls it: `security-group-rule`. */
  readonly kind: string;
  readonly state: "ours" | "new" | "untagged" | "aws";
  /** The last part of its ARN, where its name alone does not give it. */
  readonly path?: string;
}

/** Rows of a table in calls/: lines of tab-separated cells; lines that begin with # are comments. */
export function table(name: string): string[][] {
  return readFileSync(`__tests__/permissions/calls/${name}.tsv`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

const words = (cell: string) => (cell === "-" ? [] : cell.split(" "));

export const calls: readonly Call[] = [
  "network",
  "database",
  "backup",
  "queue",
  "api",
  "functions",
  "workers",
  "shared",
  "gitlab",
  "state",
]
  .flatMap(table)
  .map(([type = "", phase = "", action = "", resources = "-", request = "-", source = ""]) => ({
    type,
    phase: phaseOf(phase),
    action,
    resources: words(resources).map(callResource),
    request: words(request),
    source,
  }));

function phaseOf(text: string): Phase {
  const phases: readonly Phase[] = ["create", "read", "update", "delete", "lock", "write"];
  const phase = phases.find((known) => known === text);
  if (phase === undefined) throw new Error(`phase must be one of ${phases.join(", ")}, got ${text}`);
  return phase;
}

function callResource(text: string): CallResource {
  const [, kind = "", state = "ours", path] = /^([^@=]+)(?:@(\w+))?(?:=(.+))?$/.exec(text) ?? [];
  if (state !== "ours" && state !== "new" && state !== "untagged" && state !== "aws") {
    throw new Error(`a resource is new, untagged or aws, got ${text}`);
  }
  return { kind, state, ...(path !== undefined && { path }) };
}
