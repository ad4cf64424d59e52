import type { Environment } from "../config/environment";
import type { DatabaseProxy } from "../constructs/database-proxy";
import type { EncryptionKey } from "../constructs/encryption-key";
import type { PlatformStack } from "../constructs/platform-stack";
import type { PrivateBucket } from "../constructs/private-bucket";
import type { ServiceEndpoints } from "../constructs/service-endpoints";
import type { ServiceFunction } from "../constructs/service-function";

/** What a dependency is provided from: the stack of the functions, and what it and the stacks below it share. */
export interface AwsResources {
  /** The stack that holds the functions; what a dependency creates goes there. */
  readonly stack: PlatformStack;
  readonly key: EncryptionKey;
  readonly accessLogs: PrivateBucket;
  readonly endpoints: ServiceEndpoints;
  readonly proxy: DatabaseProxy;
  /** Settings of the API in front of the functions. */
  readonly api: Environment["api"];
}

/** Provides a dependency to a function: creates what is its own, and adds permission, security-group rules and variables. */
export type AwsDependency = (client: ServiceFunction, resources: AwsResources) => void;
