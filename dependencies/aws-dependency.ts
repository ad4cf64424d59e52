import type { Environment } from "../config/environment";
import type { DatabaseProxy } from "../constructs/database-proxy";
import type { EncryptionKey } from "../constructs/encryption-key";
import type { PlatformStack } from "../constructs/platform-stack";
import type { PrivateBucket } from "../constructs/private-bucket";
import type { QueueCluster } from "../constructs/queue-cluster";
import type { ServiceEndpoints } from "../constructs/service-endpoints";
import type { TokenKey } from "../constructs/token-key";
import type { Workload } from "../constructs/workload";

/** What a dependency is provided from: the stack of the services, and what it and the stacks below it share. */
export interface AwsResources {
  /** The stack that holds the services; what a dependency creates goes there. */
  readonly stack: PlatformStack;
  readonly key: EncryptionKey;
  /** @default none: the stack holds no buckets */
  readonly accessLogs?: PrivateBucket;
  readonly endpoints: ServiceEndpoints;
  readonly proxy: DatabaseProxy;
  readonly queue: QueueCluster;
  readonly tokenKey: TokenKey;
  /** Public hosts that the service's entry names. @default none */
  readonly hosts?: readonly string[];
  /** Settings of the API in front of the functions. */
  readonly api: Environment["api"];
}

/** Provides a dependency to a service: creates what is its own, and adds permission, security-group rules and variables. */
export type AwsDependency = (client: Workload, resources: AwsResources) => void;
