import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import type { Construct } from "constructs";
import { type Environment, workerSettings } from "../config/environment";
import { workersClusterName } from "../config/names";
import { deployedWorkers, type Service } from "../config/service";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack } from "../constructs/platform-stack";
import { ServiceWorker } from "../constructs/service-worker";
import { WorkerAlarms } from "../constructs/worker-alarms";
import { WorkerScaling } from "../constructs/worker-scaling";
import { boundRoles } from "../constructs/workload-boundary";
import { provideDependencies } from "../dependencies/aws";
import type { ApiStack } from "./api";
import type { DatabaseStack } from "./database";
import type { NetworkStack } from "./network";
import type { QueueStack } from "./queue";

export interface WorkersStackProps {
  readonly network: NetworkStack;
  readonly database: DatabaseStack;
  readonly queue: QueueStack;
  readonly api: ApiStack;
  readonly services: readonly Service[];
}

/** The workers as Fargate services, each with its images, its autoscaling and its alarms. */
export class WorkersStack extends PlatformStack {
  constructor(
    scope: Construct,
    environment: Environment,
    { network, database, queue, api, services }: WorkersStackProps,
  ) {
    super(scope, environment.name, "workers", environment);
    boundRoles(this);
    const { vpc, subnets, endpoints } = network;
    const key = new EncryptionKey(this, "key", { administrator: this.deployRoleArn, purpose: "workers" });
    const cluster = new EcsCluster(this, "cluster", {
      name: workersClusterName(environment.name),
      // Its metrics cost more than the tasks of a small environment; what is watched comes from ECS and from the workers.
      setting: [{ name: "containerInsights", value: "disabled" }],
    }).name;

    for (const { name, product, uses, hosts, variables = {} } of deployedWorkers(services)) {
      const settings = workerSettings(environment, name);
      const takesJobs = uses.includes("queue");
      const alarms = new WorkerAlarms(this, `${name}-alarms`, {
        topic: database.alarms,
        service: name,
        cluster,
        minTasks: settings.minTasks,
        takesJobs,
      });
      const worker = new ServiceWorker(this, name, {
        service: name,
        product,
        settings,
        cluster,
        vpc,
        subnets,
        endpoints,
        key,
        // Where it is made and unmade at will, the pipeline has the archives that the images came from.
        imagesDeleted: !environment.database.deletionProtection,
        alarms: alarms.ofDeployment,
      });
      worker.setVariables(variables);
      provideDependencies(worker, uses, {
        stack: this,
        key,
        endpoints,
        proxy: database.proxy,
        queue: queue.queue,
        tokenKey: api.tokenKey,
        api: environment.api,
        ...(hosts && { hosts }),
      });
      if (takesJobs) new WorkerScaling(worker, "scaling", { worker });
    }
  }
}
