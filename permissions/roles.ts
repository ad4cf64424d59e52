import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { environmentArns } from "./arns";
import { pipelineBoundary, workloadBoundary } from "./boundary";
import { infrastructurePermissions } from "./infrastructure";
import { keyAdministration } from "./key-administration";
import { migratePermissions } from "./migrate";
import type { BoundaryStatement, Policies } from "./permission";
import { releasePermissions } from "./release";
import { releaseWorkersPermissions } from "./release-workers";
import { rotatePermissions } from "./rotate";

/** What each kind of pipeline job may do. */
export const pipelineRoles = ["plan", "deploy", "migrate", "release", "rotate"] as const;
export type PipelineRoleName = (typeof pipelineRoles)[number];

/** The roles whose jobs run on the deployment branch alone. */
export const protectedRoles: readonly PipelineRoleName[] = ["deploy", "migrate", "release", "rotate"];

/** All that the pipeline of an environment may do, and what bounds it. */
export interface PipelinePermissions {
  readonly roles: Readonly<Record<PipelineRoleName, Policies>>;
  /** AWS's services that any of the roles calls, as actions begin with them. */
  readonly awsServices: readonly string[];
  /** What no role of the pipeline exceeds. */
  readonly boundary: readonly BoundaryStatement[];
  /** What no role that the pipeline makes exceeds. */
  readonly workloadBoundary: readonly BoundaryStatement[];
  /** What the policy of each key gives the role `deploy`. */
  readonly keyAdministration: readonly BoundaryStatement[];
}

export function pipelinePermissions(environment: Environment, services: readonly Service[]): PipelinePermissions {
  const arns = environmentArns(environment, services);
  const roles = {
    ...infrastructurePermissions(arns),
    migrate: { migrations: migratePermissions(arns) },
    release: {
      functions: releasePermissions(arns),
      ...(arns.workers.length > 0 && { workers: releaseWorkersPermissions(arns) }),
    },
    rotate: { tokens: rotatePermissions(arns) },
  };
  const permissions = Object.values<Policies>(roles).flatMap((policies) => Object.values(policies).flat());
  const called = permissions.flatMap(({ actions }) => actions.map((action) => action.split(":")[0] ?? ""));
  const awsServices = [...new Set(called)].sort();
  return {
    roles,
    awsServices,
    boundary: pipelineBoundary(arns, awsServices),
    workloadBoundary: workloadBoundary(arns),
    keyAdministration: keyAdministration(arns.region),
  };
}
