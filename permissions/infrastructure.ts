import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { readsGitlabStack } from "./gitlab-stack";
import type { Permission } from "./permission";
import { type Place, type PlaceName, places } from "./places";
import { type Grant, type ResourceTypes, resourceTypes } from "./resource-types";
import { statePermissions } from "./state-access";
import { readsWorkloadRoles, writesWorkloadRoles } from "./workload-roles";

/** Stacks that the pipeline deploys; the others give it its rights, so an administrator does. */
export const deployedStacks = ["network", "database", "api"] as const;
/** Stacks that it compares with what is there. */
export const plannedStacks = [...deployedStacks, "gitlab"] as const;

/** Reads everything that the stacks are made of, and takes their locks: nothing else is written. */
export function planPermissions(environment: Environment, services: readonly Service[]): Record<string, Permission[]> {
  const jobs = ["diff", "drift"];
  return {
    state: statePermissions(environment, { reads: plannedStacks, locks: plannedStacks, writes: [], jobs }),
    ...eachPart((types) => grantsOf(types, "read", { environment, services, jobs })),
    roles: [readsWorkloadRoles(environment, services, jobs), readsGitlabStack(environment, jobs)],
  };
}

/** Creates, changes and deletes what the deployed stacks are made of. */
export function deployPermissions(
  environment: Environment,
  services: readonly Service[],
): Record<string, Permission[]> {
  const jobs = ["deploy-infrastructure"];
  const scope = { environment, services, jobs };
  return {
    state: statePermissions(environment, {
      reads: deployedStacks,
      locks: deployedStacks,
      writes: deployedStacks,
      jobs,
    }),
    ...eachPart((types) => [...grantsOf(types, "read", scope), ...grantsOf(types, "write", scope)]),
    roles: [readsWorkloadRoles(environment, services, jobs), ...writesWorkloadRoles(environment, services, jobs)],
  };
}

function eachPart(statements: (types: ResourceTypes) => Permission[]): Record<string, Permission[]> {
  return Object.fromEntries(Object.entries(resourceTypes).map(([part, types]) => [part, statements(types)]));
}

interface GrantScope {
  readonly environment: Environment;
  readonly services: readonly Service[];
  readonly jobs: readonly string[];
}

const verbs = { read: "Read", write: "Change" } as const;

/** The grants of a part as statements: one a place. */
function grantsOf(
  types: ResourceTypes,
  kind: "read" | "write",
  { environment, services, jobs }: GrantScope,
): Permission[] {
  const byPlace = new Map<PlaceName, { actions: Set<string>; types: Set<string> }>();
  for (const [type, grants] of Object.entries(types)) {
    for (const grant of grants) add(byPlace, type, grant, kind);
  }
  const known: Record<PlaceName, Place> = places(environment, services);
  return [...byPlace].map(([place, { actions, types: used }]) => ({
    sid: `${verbs[kind]}${place.charAt(0).toUpperCase()}${place.slice(1)}`,
    actions: [...actions].sort(),
    ...known[place],
    jobs,
    purpose: `${verbs[kind]}s ${[...used].sort().join(", ")}`,
  }));
}

function add(
  byPlace: Map<PlaceName, { actions: Set<string>; types: Set<string> }>,
  type: string,
  grant: Grant,
  kind: "read" | "write",
): void {
  const actions = grant[kind] ?? [];
  if (actions.length === 0) return;
  const entry = byPlace.get(grant.at) ?? { actions: new Set(), types: new Set() };
  for (const action of actions) entry.actions.add(action);
  byPlace.set(grant.at, { actions: entry.actions, types: entry.types.add(type) });
}
