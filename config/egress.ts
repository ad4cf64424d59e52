import type { Environment } from "./environment";
import { gatewayEndpoints, interfaceEndpoints } from "./network";
import { deployedWorkers, type Service } from "./service";

/**
 * The names that are resolved in an environment's network, and no others; `*.` before a name stands for all below it. Of AWS the ones
 * that security groups let somebody reach anyway: a suffix such as `*.amazonaws.com` would hold machines and APIs of anybody.
 */
export function resolvableNames(environment: Environment, services: readonly Service[]): readonly string[] {
  const { account, region } = environment;
  const aws = (service: string) => `${service}.${region}.amazonaws.com`;
  const names = [
    ...[...interfaceEndpoints, ...gatewayEndpoints].map(aws),
    // A bucket's own name, https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    aws("*.s3"),
    // The cluster and the proxy, each below a name that AWS makes up.
    `*.${region}.rds.amazonaws.com`,
    // The queue's region is an abbreviation here: master.name.x1.euw1.cache.amazonaws.com.
    "*.cache.amazonaws.com",
    // Interfaces by their addresses: a program looks for its own.
    region === "us-east-1" ? "*.ec2.internal" : `*.${region}.compute.internal`,
    // An image's manifest; its layers come from S3. https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    ...(deployedWorkers(services).length === 0 ? [] : [aws("api.ecr"), aws(`${account}.dkr.ecr`)]),
    ...services.flatMap(({ hosts = [] }) => hosts),
    ...issuerHosts(environment, services),
  ];
  return [...new Set(names)].sort();
}

/** Where the keys of callers' tokens come from, when a service asks for tokens. */
function issuerHosts({ api }: Environment, services: readonly Service[]): readonly string[] {
  if (api.callers === "open" || !services.some(({ uses }) => uses.includes("callers"))) return [];
  const { issuer, keysHost } = api.callers;
  return [new URL(issuer).hostname, ...(keysHost === undefined ? [] : [keysHost])];
}
