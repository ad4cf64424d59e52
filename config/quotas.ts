import type { Environment } from "./environment";
import { functionSettings, workerSettings } from "./environment";
import { gatewayEndpoints } from "./network";
import { deployedFunctions, deployedWorkers, type Service } from "./service";

/** A quota of an account in a region, as Service Quotas names it. */
export interface Quota {
  /** Code of the service: `lambda`. */
  readonly service: string;
  /** `L-B99A9384` */
  readonly code: string;
  readonly name: string;
}

/** A quota, and the least value with which the environments of an account and region can be deployed. */
export interface QuotaNeed extends Quota {
  readonly wanted: number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; a young account may have 10. */
export const concurrencyQuota: Quota = { service: "lambda", code: "L-B99A9384", name: "Concurrent executions" };

/** A young account may have 6. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html#service-quotas-fargate */
const fargateQuota: Quota = { service: "fargate", code: "L-3032A538", name: "Fargate On-Demand vCPU resource count" };

/** What Lambda keeps unreserved as soon as anything is reserved. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const unreservedConcurrency = 100;

/** Of the migration job's container, constructs/migration-job.ts. https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html; a young account may have 0. */
export const buildQuota: Quota = {
  service: "codebuild",
  code: "L-5ED1D25B",
  name: "Concurrently running builds for ARM/Small environment",
};

/**
 * What the environments of one account and region need of it together, beside what else runs there. Aurora's capacity units
 * have no quota of their own: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
 */
export function quotaNeeds(environments: readonly Environment[], services: readonly Service[]): QuotaNeed[] {
  const count = environments.length;
  const sum = (of: (environment: Environment) => number) => environments.reduce((total, one) => total + of(one), 0);
  const reserved = sum((environment) =>
    deployedFunctions(services)
      .map(({ name }) => functionSettings(environment, name))
      .reduce((total, { reserve, reservedConcurrency }) => total + (reserve ? reservedConcurrency : 0), 0),
  );
  const workers = (environment: Environment) =>
    deployedWorkers(services).map(({ name }) => workerSettings(environment, name));
  // A deployment runs the old tasks and the new ones side by side: constructs/service-worker.ts.
  const cpus = (environment: Environment) =>
    workers(environment).reduce((total, { maxTasks, cpu }) => total + (2 * maxTasks * cpu) / 1_024, 0);
  return [
    { ...concurrencyQuota, wanted: reserved === 0 ? 1 : reserved + unreservedConcurrency },
    // The environments' migrations wait for each other.
    { ...buildQuota, wanted: 1 },
    {
      service: "apigateway",
      code: "L-8A5B8E43",
      name: "Throttle rate",
      wanted: sum(({ api }) => api.throttling.rate),
    },
    {
      service: "ec2",
      code: "L-0263D0A3",
      name: "EC2-VPC Elastic IPs",
      wanted: sum(({ network }) => (network.natGateways === "one" ? 1 : network.zones)),
    },
    // The first zone has one of each environment.
    { service: "vpc", code: "L-FE5A380F", name: "NAT gateways per Availability Zone", wanted: count },
    // AWS makes one VPC itself: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
    { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region", wanted: count + 1 },
    {
      service: "vpc",
      code: "L-1B52E74A",
      name: "Gateway VPC endpoints per Region",
      wanted: count * gatewayEndpoints.length,
    },
    { service: "rds", code: "L-952B80B8", name: "DB clusters", wanted: count },
    { service: "rds", code: "L-7B6409FD", name: "DB instances", wanted: sum(({ database }) => 1 + database.readers) },
    { service: "rds", code: "L-D94C7EA3", name: "Proxies", wanted: count },
    { ...fargateQuota, wanted: Math.ceil(sum(cpus)) },
    { service: "ecs", code: "L-21C621EB", name: "Clusters per account", wanted: count },
    // https://docs.aws.amazon.com/general/latest/gr/elasticache-service.html
    {
      service: "elasticache",
      code: "L-DFE45DF3",
      name: "Nodes per Region",
      wanted: sum(({ queue }) => 1 + queue.replicas),
    },
  ];
}

/** The environments that share an account and region with one and are deployed before it, and itself: a change reaches them in this order. */
export function sharingUpTo(environment: Environment, all: readonly Environment[]): readonly Environment[] {
  const { account, region, name } = environment;
  return all
    .slice(0, all.findIndex((other) => other.name === name) + 1)
    .filter((other) => other.account === account && other.region === region);
}
