/** Names that more than one stack, or a program outside the stacks, must agree on. */

export interface AccountScope {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

/** The bucket of every stack's state: one an account. */
export function stateBucketName(account: string): string {
  return `platform-state-${account}`;
}

/** The DynamoDB table of every stack's lock: one an account. */
export const stateLockTableName = "platform-state-locks";

/** The key of both, by the alias that the state stack gives it. */
export const stateKeyAlias = "platform-state";

/** `development-preferences`: the function of a service. */
export function functionName(environment: string, service: string): string {
  return `${environment}-${service}`;
}

/** The alias that API Gateway calls; the pipeline moves it from version to version. */
export const liveAlias = "live";

/** The IAM user whose key the pipeline of an environment holds. */
export function pipelineUserName(environment: string): string {
  return `${environment}-gitlab`;
}

/** The IAM role of one kind of pipeline job. */
export function pipelineRoleName(environment: string, role: string): string {
  return `${pipelineUserName(environment)}-${role}`;
}

/** The policy that no role of the pipeline exceeds, whatever its own policies say. */
export function pipelineBoundaryName(environment: string): string {
  return `${pipelineUserName(environment)}-boundary`;
}

/** The policy that no role of a function, a build or the database exceeds, whatever the pipeline writes into it. */
export function workloadBoundaryName(environment: string): string {
  return `${environment}-workload-boundary`;
}

/** The CodeBuild project that migrates the database from inside the VPC. */
export function migrationProjectName(environment: string): string {
  return `${environment}-migrations`;
}

export function migrationLogGroupName(environment: string): string {
  return `/aws/codebuild/${migrationProjectName(environment)}`;
}

/** The bucket from which the migration job and the functions take their code. */
export function artifactsBucketName(environment: string, account: string): string {
  return `${environment}-artifacts-${account}`;
}

/** Where the migration job finds its code in the artifacts bucket. */
export const migrationArtifactKey = "migrations/migrations.zip";

/** Key of a function's code in the artifacts bucket: under its own hash, so that it is never written twice. */
export function functionArtifactKey(service: string, sha256: string): string {
  return `functions/${service}/${sha256}.zip`;
}

/** The alarms that end a release and roll it back: what the function does wrong, and what callers see of it. */
export function releaseAlarmNames(environment: string, service: string): readonly string[] {
  return [
    `${functionName(environment, service)}-errors`,
    `${functionName(environment, service)}-failures`,
    `${functionName(environment, service)}-throttles`,
    `${environment}-api-5xx`,
  ];
}

/** How often a message that fails comes before it is a dead letter. AWS advises five at least: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const deliveries = 5;

/** The dead letters of a service's function. */
export function deadLetterQueueName(environment: string, service: string): string {
  return `${functionName(environment, service)}-dead-letters`;
}

/** The queue that starts a function, which is named like it. */
export function messageQueueName(environment: string, service: string): string {
  return functionName(environment, service);
}

/** Namespace of the metrics that services write in their logs; the kit has it too, and a test holds the two together. */
export const metricsNamespace = "platform";

/** The database that the services share, one schema a product. */
export const databaseName = "platform";

/** The PostgreSQL role of a product's services: those of `preferences` connect as `preferences_app`. */
export function databaseUser(product: string): string {
  return `${product.replaceAll("-", "_")}_app`;
}

/** Where the build leaves the zip of a service's function, from the project's root. */
export function functionBundle(service: string): string {
  return `build/functions/${service}.zip`;
}

/** The cluster of an environment's database. */
export function databaseClusterName(environment: string): string {
  return `${environment}-database`;
}

/** The IAM role of who operates an environment; it must not begin as the pipeline's do. */
export function operatorRoleName(environment: string): string {
  return `${environment}-operator`;
}

/** The secret by which RDS Data API logs in as the database's user `operator`; the migration job makes its value (ops/operator-password). */
export function operatorSecretName(environment: string): string {
  return `${environment}/operator`;
}

/** The queue of an environment: its replication group, parameters, subnets, users and security group. */
export function queueName(environment: string): string {
  return `${environment}-queue`;
}

/** The ElastiCache user of a product's services. IAM authentication asks that its id and its name are equal. */
export function queueUser(environment: string, product: string): string {
  return `${environment}-${product}`;
}

/** What ElastiCache writes of the queue: slow commands, and what its engine has to say. */
export function queueLogGroupName(environment: string, log: "slow" | "engine"): string {
  return `/aws/elasticache/${queueName(environment)}/${log}`;
}

/** The names that were asked for in a network. AWS lets a log's writer in by one statement for all below `/aws/vendedlogs/`, whose policy is short. */
export function queriesLogGroupName(environment: string): string {
  return `/aws/vendedlogs/resolver/${environment}`;
}

/** The ECS cluster of an environment's workers. */
export function workersClusterName(environment: string): string {
  return environment;
}

/** `development-loyalty`: a worker's ECS service, task family, task role, security group and image repository. */
export function workerName(environment: string, service: string): string {
  return `${environment}-${service}`;
}

/** The role by which ECS itself starts a worker: it fetches the image and opens the log. */
export function executionRoleName(environment: string, service: string): string {
  return `${workerName(environment, service)}-execution`;
}

export function workerLogGroupName(environment: string, service: string): string {
  return `/aws/ecs/${workerName(environment, service)}`;
}

/** The ECR repository of a worker's images. */
export function imageRepositoryName(environment: string, service: string): string {
  return workerName(environment, service);
}

/** Tag of an image that no repository holds: what a task definition names until the pipeline brings the first image. */
export const bootstrapImageTag = "bootstrap";

/** The secret that signs and checks tokens; the pipeline makes its value (ops/token-key), Terraform never sees one. */
export function tokenKeySecretName(environment: string): string {
  return `${environment}/token-key`;
}

/** Name of the plan that tests restores: AWS takes letters, digits and underscores. */
export const restoreTestName = (environment: string) => `${environment.replaceAll("-", "_")}_database`;
