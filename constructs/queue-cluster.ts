import { ElasticacheParameterGroup } from "@cdktf/provider-aws/lib/elasticache-parameter-group";
import { ElasticacheReplicationGroup } from "@cdktf/provider-aws/lib/elasticache-replication-group";
import { ElasticacheSubnetGroup } from "@cdktf/provider-aws/lib/elasticache-subnet-group";
import { ElasticacheUser } from "@cdktf/provider-aws/lib/elasticache-user";
import { ElasticacheUserGroup } from "@cdktf/provider-aws/lib/elasticache-user-group";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { queueLogGroupName, queueName, queueUser } from "../config/names";
import { queueReservedMemory } from "../config/queue";
import { queueAccess } from "../config/queue-access";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import type { Subnets } from "./subnets";
import type { Workload } from "./workload";

export interface QueueClusterProps {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly key: EncryptionKey;
  readonly settings: Environment["queue"];
  /** Whether changes are made at once; otherwise in the maintenance window. */
  readonly applyImmediately: boolean;
  /** Whose services connect, each as its own user. */
  readonly products: readonly string[];
}

const engine = "valkey";

/**
 * ElastiCache for Valkey in the isolated subnets: a writer and replicas in other zones, one of which takes over; TLS and IAM alone, so
 * no password anywhere; and no eviction, for a job must not vanish. What it holds is also in the outbox of its product, so it
 * leaves no last snapshot behind.
 */
export class QueueCluster extends Construct {
  readonly port = 6379;
  readonly name: string;
  /** Names of the nodes, as metrics know them: ElastiCache numbers them. */
  readonly nodes: readonly string[];
  private readonly endpoint: string;
  private readonly arn: string;
  private readonly users: ReadonlyMap<string, ElasticacheUser>;
  private readonly group: ClosedGroup;

  constructor(scope: Construct, id: string, props: QueueClusterProps) {
    super(scope, id);
    const { vpc, subnets, key, settings, applyImmediately, products } = props;
    const { prefix } = PlatformStack.of(this);
    this.name = queueName(prefix);
    const { name } = this;
    const major = settings.engineVersion.split(".")[0];
    this.group = new ClosedGroup(this, "group", { name, description: "Queue", vpcId: vpc.id });

    const subnetGroup = new ElasticacheSubnetGroup(this, "subnets", {
      name,
      description: "Isolated subnets",
      subnetIds: [...subnets.isolatedSubnetIds],
    });
    const parameters = new ElasticacheParameterGroup(this, "parameters", {
      name: `${name}-${major}`,
      family: `${engine}${major}`,
      description: "Nothing is evicted: full memory refuses new jobs instead",
      parameter: [
        { name: "maxmemory-policy", value: "noeviction" },
        { name: "reserved-memory-percent", value: String(queueReservedMemory(settings.nodeType)) },
      ],
      // A new major version needs a new family, hence a new group, before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    });
    const log = (kind: "slow" | "engine") => ({
      destinationType: "cloudwatch-logs",
      destination: new EncryptedLogGroup(this, `${kind}-log`, { name: queueLogGroupName(prefix, kind), key }).name,
      logFormat: "json",
      logType: `${kind}-log`,
    });
    this.users = new Map(
      products.map((product) => {
        const user = queueUser(prefix, product);
        return [
          product,
          new ElasticacheUser(this, `user-${product}`, {
            userId: user,
            userName: user,
            engine,
            // Terraform compares it with what ElastiCache answers: https://github.com/hashicorp/terraform-provider-aws/issues/20334
            accessString: queueAccess(product),
            authenticationMode: { type: "iam" },
          }),
        ];
      }),
    );
    // A group of this engine needs no user without a password: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
    const users = new ElasticacheUserGroup(this, "users", {
      userGroupId: name,
      engine,
      userIds: [...this.users.values()].map(({ userId }) => userId),
    });
    const cluster = new ElasticacheReplicationGroup(this, "cluster", {
      replicationGroupId: name,
      description: "Jobs and rate limits",
      engine,
      engineVersion: settings.engineVersion,
      nodeType: settings.nodeType,
      port: this.port,
      parameterGroupName: parameters.name,
      subnetGroupName: subnetGroup.name,
      securityGroupIds: [this.group.id],
      numCacheClusters: 1 + settings.replicas,
      multiAzEnabled: true,
      automaticFailoverEnabled: true,
      transitEncryptionEnabled: true,
      transitEncryptionMode: "required",
      atRestEncryptionEnabled: "true",
      kmsKeyId: key.arn,
      userGroupIds: [users.userGroupId],
      logDeliveryConfiguration: [log("slow"), log("engine")],
      snapshotRetentionLimit: settings.snapshotRetentionDays,
      snapshotWindow: "01:00-02:00",
      maintenanceWindow: "sun:04:30-sun:05:30",
      autoMinorVersionUpgrade: "true",
      applyImmediately,
    });
    this.nodes = Array.from({ length: 1 + settings.replicas }, (_, index) => `${name}-00${index + 1}`);
    this.endpoint = cluster.primaryEndpointAddress;
    this.arn = cluster.arn;
  }

  /**
   * Lets a service connect as its product's user: the permission, the security-group rules, the variables.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
   * @throws for a product that was not among `products`
   */
  grantConnect(client: Workload): void {
    const user = this.users.get(client.product);
    if (user === undefined) throw new Error(`products must name whose services connect, got ${client.product}`);
    client.allow("connect-to-queue", {
      sid: "ConnectAsOwnUser",
      actions: ["elasticache:Connect"],
      resources: [this.arn, user.arn],
    });
    client.group.connectTo(client, this.group, { purpose: "queue", port: this.port });
    client.setVariables({
      REDIS_URL: `rediss://${this.endpoint}:${this.port}`,
      REDIS_PREFIX: client.product,
      REDIS_USER: user.userName,
      REDIS_AUTH: "iam",
      REDIS_CACHE: this.name,
    });
  }
}
