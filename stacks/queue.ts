import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { productsUsing, type Service } from "../config/service";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack } from "../constructs/platform-stack";
import { QueueAlarms } from "../constructs/queue-alarms";
import { QueueCluster } from "../constructs/queue-cluster";
import { boundRoles } from "../constructs/workload-boundary";
import type { DatabaseStack } from "./database";
import type { NetworkStack } from "./network";

export interface QueueStackProps {
  readonly network: NetworkStack;
  readonly database: DatabaseStack;
  readonly services: readonly Service[];
}

/** The queue, and the alarms that watch it. */
export class QueueStack extends PlatformStack {
  readonly queue: QueueCluster;

  constructor(scope: Construct, environment: Environment, { network, database, services }: QueueStackProps) {
    super(scope, environment.name, "queue", environment);
    boundRoles(this);
    const key = new EncryptionKey(this, "key", { administrator: this.deployRoleArn, purpose: "queue" });
    this.queue = new QueueCluster(this, "queue", {
      vpc: network.vpc,
      subnets: network.subnets,
      key,
      settings: environment.queue,
      applyImmediately: environment.database.applyImmediately,
      products: productsUsing(services, "queue"),
    });
    new QueueAlarms(this, "alarms", {
      topic: database.alarms,
      queue: this.queue,
      nodeType: environment.queue.nodeType,
    });
  }
}
