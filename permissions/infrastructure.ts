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
  const parts = (doing: readonly Phase[], jobs: readonly string[]) =>
    Object.fromEntries(
      Object.entries(resourceTypes).map(([part, types]) => [
        part,
        statements(types, doing, arns).map((statement) => ({ ...statement, jobs })),
      ]),
    );
  return {
    plan: {
      state: statePermissions(arns, { reads: plannedStacks, locks: plannedStacks, writes: [], jobs: plan }),
      ...parts(["read"], plan),
      roles: [readsWorkloadRoles(arns, plan), readsGitlabStack(arns, plan)],
    },
    deploy: {
      state: statePermissions(arns, {
        reads: deployedStacks,
        locks: deployedStacks,
        writes: deployedStacks,
        jobs: deploy,
      }),
      ...parts(["read", "write"], deploy),
      roles: writesWorkloadRoles(arns, deploy),
    },
  };
}

type Statement = Omit<Permission, "jobs">;

/** What the types of a part need in some phases: one statement a scope, since IAM counts each name of a resource. */
function statements(types: ResourceTypes, doing: readonly Phase[], arns: EnvironmentArns): Statement[] {
  const byScope = new Map<Scope, { actions: Set<string>; types: Set<string>; done: Set<Phase> }>();
  for (const [type, grants] of Object.entries(types)) {
    for (const { scope, ...grant } of grants) {
      const found = byScope.get(scope) ?? { actions: new Set(), types: new Set(), done: new Set() };
      for (const phase of doing) {
        for (const action of grant[phase] ?? []) {
          found.actions.add(action);
          found.types.add(type);
          found.done.add(phase);
        }
      }
      if (found.actions.size > 0) byScope.set(scope, found);
    }
  }
  return [...byScope].flatMap(([scope, found]) => {
    const where = scope.of(arns);
    // The table may have no service of the kind, and the environment no backups.
    if (where.resources.length === 0) return [];
    const verbs = doing.filter((phase) => found.done.has(phase)).map((phase) => `${phases[phase]}s`);
    return {
      sid: `${phases[found.done.has("write") ? "write" : "read"]}${scope.name}`,
      actions: [...found.actions].sort(),
      ...where,
      purpose: `${sentence(verbs.join(" and "))} ${[...found.types].sort().join(", ")}`,
    };
  });
}

const sentence = (text: string) => text.charAt(0) + text.slice(1).toLowerCase();
