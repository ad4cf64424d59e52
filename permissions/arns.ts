import type { Environment } from "../config/environment";
import {
  artifactsBucketName,
  deadLetterQueueName,
  executionRoleName,
  functionName,
  imageRepositoryName,
  messageQueueName,
  operatorSecretName,
  stateBucketName,
  tokenKeySecretName,
  workerName,
  workersClusterName,
} from "../config/names";
import { deployedFunctions, deployedWorkers, eventServices, httpServices, type Service } from "../config/service";

/** Key of a stack's state in the state bucket. */
export function stateKey(environment: string, stack: string): string {
  return `${environment}-${stack}.tfstate`;
}

/** Names and ARNs of an environment: made once, and handed to all that states a permission. */
export type EnvironmentArns = ReturnType<typeof environmentArns>;

export function environmentArns({ name, account, region, backup, api }: Environment, services: readonly Service[]) {
  const within = (place: string) => (service: string, resource: string) =>
    `arn:aws:${service}:${place}:${account}:${resource}`;
  const regional = within(region);
  const regions = backup === "none" ? [region] : [region, backup.copyRegion];
  const s3 = (bucket: string, key?: string) => `arn:aws:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
  const deployed = deployedFunctions(services).map((service) => service.name);
  const functions = deployed.map((service) => functionName(name, service));
  const functionArn = (service: Pick<Service, "name">) =>
    regional("lambda", `function:${functionName(name, service.name)}`);
  const workers = deployedWorkers(services).map((service) => {
    const own = workerName(name, service.name);
    return {
      name: own,
      executionRole: executionRoleName(name, service.name),
      service: regional("ecs", `service/${workersClusterName(name)}/${own}`),
      revisions: regional("ecs", `task-definition/${own}:*`),
      repository: regional("ecr", `repository/${imageRepositoryName(name, service.name)}`),
    };
  });
  return {
    name,
    account,
    region,
    /** The API's own name. */
    domain: api.domain,
    /** Names of the services that run as functions. */
    services: deployed,
    /** Names of their functions, in the same order. */
    functions,
    /** Where dead letters of the functions go. */
    deadLetterArns: deployed.map((service) => regional("sqs", deadLetterQueueName(name, service))),
    /** The queues that start functions. */
    messageQueueArns: eventServices(services).map((service) => regional("sqs", messageQueueName(name, service.name))),
    functionArns: deployedFunctions(services).map(functionArn),
    /** Of those functions, what the API calls and what queues start. */
    apiFunctionArns: httpServices(services).map(functionArn),
    eventFunctionArns: eventServices(services).map(functionArn),
    /** The services that run as tasks: the name of each, and ARNs of what belongs to it. */
    workers,
    /** The secret that signs tokens; Secrets Manager ends each ARN with six characters of its own. */
    tokenKey: regional("secretsmanager", `secret:${tokenKeySecretName(name)}-??????`),
    /** How the database is backed up, beside its own backups. */
    backup,
    /** The secret of the database's user `operator`. */
    operatorSecret: regional("secretsmanager", `secret:${operatorSecretName(name)}-??????`),
    regional,
    /** In each region that the environment has anything in: copies of backups are in another. */
    inEachRegion: (service: string, resource: string) => regions.map((place) => within(place)(service, resource)),
    iam: (resource: string) => `arn:aws:iam::${account}:${resource}`,
    /** A bucket of the environment, or objects in it. */
    bucket: (suffix: string, key?: string) => s3(`${name}-${suffix}-${account}`, key),
    artifact: (key: string) => s3(artifactsBucketName(name, account), key),
    state: (key?: string) => s3(stateBucketName(account), key),
    apigateway: (path: string) => `arn:aws:apigateway:${region}::/${path}`,
    /** A condition's key and value: the resource is the environment's. */
    ours: { "aws:ResourceTag/environment": name },
    /** The request makes the resource the environment's. */
    asOurs: { "aws:RequestTag/environment": name },
  };
}
