import type { Environment } from "../config/environment";
import { artifactsBucketName, stateBucketName } from "../config/names";

/** Key of a stack's state in the state bucket. */
export function stateKey(environment: string, stack: string): string {
  return `${environment}-${stack}.tfstate`;
}

/** Writes ARNs of an environment's account and region. */
export function arns({ name, account, region }: Environment) {
  const regional = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    regional,
    iam: (resource: string) => `arn:aws:iam::${account}:${resource}`,
    /** A bucket of the environment, or objects in it. */
    bucket: (suffix: string, key?: string) =>
      `arn:aws:s3:::${name}-${suffix}-${account}${key === undefined ? "" : `/${key}`}`,
    artifact: (key: string) => `arn:aws:s3:::${artifactsBucketName(name, account)}/${key}`,
    state: (key?: string) => `arn:aws:s3:::${stateBucketName(account)}${key === undefined ? "" : `/${key}`}`,
    apigateway: (path: string) => `arn:aws:apigateway:${region}::/${path}`,
  };
}
