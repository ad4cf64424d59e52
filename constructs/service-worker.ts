import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { EcsService } from "@cdktf/provider-aws/lib/ecs-service";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import type { WorkerSettings } from "../config/environment";
import { bootstrapImageTag, workerLogGroupName, workerName } from "../config/names";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { ExecutionRole } from "./execution-role";
import { ImageRepository } from "./image-repository";
import { PlatformStack } from "./platform-stack";
import { assumedBy } from "./policy";
import type { ServiceEndpoints } from "./service-endpoints";
import type { Subnets } from "./subnets";
import { Workload, type WorkloadProps } from "./workload";

export interface ServiceWorkerProps extends WorkloadProps {
  readonly settings: WorkerSettings;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly subnets: Subnets;
  readonly endpoints: ServiceEndpoints;
  readonly key: EncryptionKey;
  /** Whether its images may go with its repository. */
  readonly imagesDeleted: boolean;
  /** What ends a deployment and rolls it back; of the service's own metrics. */
  readonly alarms: readonly CloudwatchMetricAlarm[];
}

/** A user that the image need not know, and that owns nothing. */
const nobody = "65532:65532";

/**
 * A worker as a Fargate service in the private subnets. Image and number of tasks belong to the pipeline and to autoscaling:
 * Terraform makes the service with no task and a definition whose image nobody has yet, and ignores both afterwards. A definition
 * that Terraform writes later, for another size or variable, is what the next release starts from (ops/deploy-workers).
 */
export class ServiceWorker extends Workload {
  readonly settings: WorkerSettings;
  readonly cluster: string;
  /** What autoscaling waits for. */
  readonly running: EcsService;
  private readonly variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: ServiceWorkerProps) {
    const { service, settings, cluster, subnets, endpoints, key, imagesDeleted, alarms } = props;
    const stack = PlatformStack.of(scope);
    const trust = assumedBy("ecs-tasks.amazonaws.com", stack.account);
    super(scope, id, workerName(stack.prefix, service), { ...props, kind: "Worker", trust });
    this.settings = settings;
    this.cluster = cluster;
    this.variables = { SERVICE_NAME: service, ENVIRONMENT: stack.prefix, LOG_LEVEL: "info", AWS_REGION: stack.region };

    const repository = new ImageRepository(this, "images", { service, key, deletedWithImages: imagesDeleted });
    const log = new EncryptedLogGroup(this, "log", { name: workerLogGroupName(stack.prefix, service), key });
    const execution = new ExecutionRole(this, "execution", { service, repository, log });
    // Secrets and the log through the endpoints, an image's layers from S3; ECR itself answers through NAT (docs/adr/0013).
    this.grantEndpoints(endpoints);
    this.group.connectToPrefixList(this, endpoints.s3PrefixListId, { purpose: "s3", port: 443 });
    this.grantInternet();

    const definition = new EcsTaskDefinition(this, "definition", {
      family: this.name,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      cpu: String(settings.cpu),
      memory: String(settings.memory),
      taskRoleArn: this.roleArn,
      executionRoleArn: execution.arn,
      // A roll-back goes to an old revision; and ECS would let whoever may deregister one deregister those of any family.
      skipDestroy: true,
      // Dependencies add their variables after this.
      containerDefinitions: Lazy.stringValue({
        produce: () => JSON.stringify([this.container(`${repository.url}:${bootstrapImageTag}`, log.name)]),
      }),
      tags: { service },
    });
    this.running = new EcsService(this, "service", {
      name: this.name,
      cluster,
      taskDefinition: definition.arn,
      launchType: "FARGATE",
      desiredCount: 0,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      ...(alarms.length > 0 && {
        alarms: { enable: true, rollback: true, alarmNames: alarms.map(({ alarmName }) => alarmName) },
      }),
      availabilityZoneRebalancing: "ENABLED",
      networkConfiguration: {
        subnets: [...subnets.privateSubnetIds],
        securityGroups: [this.group.id],
        assignPublicIp: false,
      },
      // A shell in a task would be the task's rights in somebody's hands.
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags: { service },
      lifecycle: { ignoreChanges: ["task_definition", "desired_count"] },
    });
  }

  /** The service as Application Auto Scaling knows it. */
  get scalableId(): string {
    return `service/${this.cluster}/${this.name}`;
  }

  setVariables(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.variables, variables);
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html; what Fargate has as its own is not said. */
  private container(image: string, logGroup: string) {
    return {
      name: this.service,
      image,
      essential: true,
      user: nobody,
      // Nothing to write to beside it: a volume would be root's (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      stopTimeout: this.settings.stopTimeout,
      environment: Object.entries(this.variables)
        .map(([name, value]) => ({ name, value }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logGroup,
          "awslogs-region": PlatformStack.of(this).region,
          "awslogs-stream-prefix": this.service,
          // A log that is away must not hold the work.
          mode: "non-blocking",
          "max-buffer-size": "4m",
        },
      },
    };
  }
}
