import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { deployPermissions, planPermissions } from "./infrastructure";
import { migratePermissions } from "./migrate";
import type { Permission } from "./permission";
import { releasePermissions } from "./release";

/** What each kind of pipeline job may do. */
export const pipelineRoles = ["plan", "deploy", "migrate", "release"] as const;
export type PipelineRoleName = (typeof pipelineRoles)[number];

/** The roles whose jobs run on the deployment branch alone. */
export const protectedRoles: readonly PipelineRoleName[] = ["deploy", "migrate", "release"];

/** The permissions of each role, by the policy that holds them: IAM limits the length of one. */
export function rolePermissions(
  environment: Environment,
  services: readonly Service[],
): Readonly<Record<PipelineRoleName, Readonly<Record<string, readonly Permission[]>>>> {
  return {
    plan: planPermissions(environment, services),
    deploy: deployPermissions(environment, services),
    migrate: { migrations: migratePermissions(environment) },
    release: { functions: releasePermissions(environment, services) },
  };
}

/** AWS's services that any of the roles calls, as actions begin with them. */
export function servicesInUse(environment: Environment, services: readonly Service[]): string[] {
  const permissions = Object.values(rolePermissions(environment, services)).flatMap((role) =>
    Object.values(role).flat(),
  );
  const names = permissions.flatMap(({ actions }) => actions.map((action) => action.split(":")[0] ?? ""));
  return [...new Set(names)].sort();
}
