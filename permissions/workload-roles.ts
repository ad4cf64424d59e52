import { migrationProjectName, workloadBoundaryName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { Permission } from "./permission";

/** A role that the deployment makes and hands to one service of AWS. */
interface WorkloadRole {
  readonly name: string;
  /** The one that it trusts. */
  readonly service: string;
  /** Another part of that service, which a call may hand it to. @default none */
  readonly through?: string;
}

export function workloadRoles({ name, functions, workers, backup }: EnvironmentArns): WorkloadRole[] {
  return [
    ...functions.map((fn) => ({ name: fn, service: "lambda.amazonaws.com" })),
    ...workers.flatMap((worker) =>
      [worker.name, worker.executionRole].map((role) => ({ name: role, service: "ecs-tasks.amazonaws.com" })),
    ),
    { name: migrationProjectName(name), service: "codebuild.amazonaws.com" },
    { name: `${name}-database-proxy`, service: "rds.amazonaws.com" },
    { name: monitoringRole(name), service: "monitoring.rds.amazonaws.com" },
    { name: `${name}-flow-logs`, service: "vpc-flow-logs.amazonaws.com" },
    ...(backup === "none"
      ? []
      : [
          { name: `${name}-backup`, service: backupService },
          { name: `${name}-restore-test`, service: backupService, through: restoreTesting },
        ]),
  ];
}

const backupService = "backup.amazonaws.com";
const restoreTesting = "restore-testing.backup.amazonaws.com";

/** Services that roles are handed to. */
export function passedTo(arns: EnvironmentArns): string[] {
  return [...new Set(workloadRoles(arns).flatMap(servicesOf))];
}

const servicesOf = ({ service, through }: WorkloadRole) => (through === undefined ? [service] : [service, through]);

const monitoringRole = (environment: string) => `${environment}-database-monitoring`;

/** The one managed policy in use: enhanced monitoring has no other way. */
const managedPolicies = ["arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"];

/** Services that make a role of their own in the account when they are first used. */
const linkedServices = ({ backup }: EnvironmentArns) => [
  ...(backup === "none" ? [] : [backupService, restoreTesting]),
  "ecs.amazonaws.com",
  "ecs.application-autoscaling.amazonaws.com",
  "elasticache.amazonaws.com",
  "ops.apigateway.amazonaws.com",
  "rds.amazonaws.com",
  "route53resolver.amazonaws.com",
  "wafv2.amazonaws.com",
];

const reads = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"];

export function readsWorkloadRoles(arns: EnvironmentArns, jobs: readonly string[]): Permission {
  return {
    sid: "ReadWorkloadRoles",
    actions: reads,
    resources: roleArns(arns),
    jobs,
    purpose: "Reads the roles of functions, workers, builds and the database",
  };
}

/**
 * Makes the workloads' roles, and only with their boundary on: whatever is written into such a role, it never exceeds what
 * workloads may do. Trust is set once, when a role is made. Each role goes to the one service that it is for.
 */
export function writesWorkloadRoles(arns: EnvironmentArns, jobs: readonly string[]): Permission[] {
  const { name: environment, iam } = arns;
  const boundary = { "iam:PermissionsBoundary": iam(`policy/${workloadBoundaryName(environment)}`) };
  const roles = roleArns(arns);
  return [
    {
      sid: "MakeBoundedRoles",
      actions: ["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRolePolicy"],
      resources: roles,
      conditions: { ArnEquals: boundary },
      jobs,
      purpose: "Makes the workloads' roles inside their boundary, and writes their policies",
    },
    {
      sid: "AttachMonitoringPolicy",
      actions: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
      resources: [iam(`role/${monitoringRole(environment)}`)],
      conditions: { ArnEquals: { ...boundary, "iam:PolicyARN": managedPolicies } },
      jobs,
      purpose: "Lets the database write its enhanced monitoring",
    },
    {
      sid: "KeepRoles",
      actions: [
        ...reads,
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateRoleDescription",
        "iam:ListInstanceProfilesForRole",
        "iam:DeleteRole",
      ],
      resources: roles,
      jobs,
      purpose: "Reads, tags, describes and removes the workloads' roles",
    },
    ...passesRoles(arns, jobs, workloadRoles(arns)),
    {
      sid: "MakeServiceLinkedRoles",
      actions: ["iam:CreateServiceLinkedRole"],
      resources: linkedServices(arns).map((service) => iam(`role/aws-service-role/${service}/*`)),
      conditions: { StringEquals: { "iam:AWSServiceName": linkedServices(arns) } },
      jobs,
      purpose: "Lets services make their own role when the account first uses them",
    },
  ];
}

/** One statement a service of AWS: each role goes to the one that it trusts, or to a part of that. */
function passesRoles({ iam }: EnvironmentArns, jobs: readonly string[], roles: readonly WorkloadRole[]): Permission[] {
  const services = [...new Set(roles.flatMap(servicesOf))];
  return services.map((service) => ({
    sid: `PassRolesTo${service.split(".").slice(0, -2).map(capitalized).join("")}`,
    actions: ["iam:PassRole"],
    resources: roles.flatMap((role) => (servicesOf(role).includes(service) ? [iam(`role/${role.name}`)] : [])),
    conditions: { StringEquals: { "iam:PassedToService": service } },
    jobs,
    purpose: `Hands these roles to ${service} and to nobody else`,
  }));
}

const capitalized = (text: string) =>
  text
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");

/** The roles of tasks go to ECS, with each new revision: exactly those of the workers. */
export function passesTaskRoles(arns: EnvironmentArns, jobs: readonly string[]): Permission[] {
  const ofTasks = workloadRoles(arns).filter(({ service }) => service === "ecs-tasks.amazonaws.com");
  return passesRoles(arns, jobs, ofTasks);
}

function roleArns(arns: EnvironmentArns): string[] {
  return workloadRoles(arns).map(({ name }) => arns.iam(`role/${name}`));
}
