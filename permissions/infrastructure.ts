import type { EnvironmentArns } from "./arns";
import { readsGitlabStack } from "./gitlab-stack";
import type { Permission, Policies } from "./permission";
import { type Phase, phases, type ResourceTypes, resourceTypes } from "./resource-types";
import type { Scope } from "./scope";
import { statePermissions } from "./state-access";
import { readsWorkloadRoles, writesWorkloadRoles } from "./workload-roles";

/** Stacks that the pipeline deploys; the others give it its rights, so an administrator does. */
export const deployedStacks = ["network", "database", "queue", "api", "workers"] as const;
/** Stacks that it compares with what is there. */
export const plannedStacks = [...deployedStacks, "gitlab"] as const;

/**
 * `plan` reads everything that the stacks are made of, and takes their locks: nothing else is written. `deploy` creates,
 * changes and deletes what the deployed stacks are made of.
 */
export function infrastructurePermissions(arns: EnvironmentArns): Readonly<Record<"plan" | "deploy", Policies>> {
  const plan = ["diff", "drift"];
  const deploy = ["deploy-infrastructure"];
  const parts = Object.entries(resourceTypes).map(([part, types]) => ({
    part,
    read: statements(types, "read", arns),
    write: statements(types, "write", arns),
  }));
  const by = (jobs: readonly string[], found: readonly Statement[]) =>
    found.map((statement) => ({ ...statement, jobs }));
  return {
    plan: {
      state: statePermissions(arns, { reads: plannedStacks, locks: plannedStacks, writes: [], jobs: plan }),
      ...Object.fromEntries(parts.map(({ part, read }) => [part, by(plan, read)])),
      roles: [readsWorkloadRoles(arns, plan), readsGitlabStack(arns, plan)],
    },
    deploy: {
      state: statePermissions(arns, {
        reads: deployedStacks,
        locks: deployedStacks,
        writes: deployedStacks,
        jobs: deploy,
      }),
      ...Object.fromEntries(parts.map(({ part, read, write }) => [part, by(deploy, [...read, ...write])])),
      roles: [readsWorkloadRoles(arns, deploy), ...writesWorkloadRoles(arns, deploy)],
    },
  };
}

type Statement = Omit<Permission, "jobs">;

/** What the types of a part need in a phase: one statement a scope. */
function statements(types: ResourceTypes, phase: Phase, arns: EnvironmentArns): Statement[] {
  const byScope = new Map<Scope, { actions: Set<string>; types: Set<string> }>();
  for (const [type, grants] of Object.entries(types)) {
    for (const { scope, [phase]: actions = [] } of grants) {
      if (actions.length === 0) continue;
      const found = byScope.get(scope) ?? { actions: new Set(), types: new Set() };
      for (const action of actions) found.actions.add(action);
      byScope.set(scope, { ...found, types: found.types.add(type) });
    }
  }
  return [...byScope].map(([scope, found]) => ({
    sid: `${phases[phase]}${scope.name}`,
    actions: [...found.actions].sort(),
    ...scope.of(arns),
    purpose: `${phases[phase]}s ${[...found.types].sort().join(", ")}`,
  }));
}
