import { DbProxy } from "@cdktf/provider-aws/lib/db-proxy";
import { DbProxyDefaultTargetGroup } from "@cdktf/provider-aws/lib/db-proxy-default-target-group";
import { DbProxyTarget } from "@cdktf/provider-aws/lib/db-proxy-target";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn, TerraformLocal } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { databaseName, databaseUser } from "../config/names";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";
import type { PostgresCluster } from "./postgres-cluster";
import type { Subnets } from "./subnets";
import type { Workload } from "./workload";

export interface DatabaseProxyProps {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly cluster: PostgresCluster;
  readonly key: EncryptionKey;
  readonly settings: Environment["database"]["proxy"];
  /** Whose services connect, each as its own database user. */
  readonly products: readonly string[];
}

/** Shares the database's connections among services; IAM from service to proxy and from proxy to database, no password anywhere. */
export class DatabaseProxy extends Construct {
  readonly name: string;
  readonly endpoint: string;
  private readonly port: number;
  /** `prx-...`, by which IAM knows a proxy. */
  private readonly resourceId: string;
  private readonly group: ClosedGroup;

  constructor(scope: Construct, id: string, { vpc, subnets, cluster, key, settings, products }: DatabaseProxyProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const name = stack.physicalName("database-proxy");
    this.port = cluster.port;
    this.group = new ClosedGroup(this, "group", { name, description: "Database proxy", vpcId: vpc.id });
    this.group.connectTo(this, cluster.group, { purpose: "database", port: cluster.port });

    const role = new IamRole(this, "role", { name, assumeRolePolicy: assumedBy("rds.amazonaws.com") });
    new IamRolePolicy(this, "connect-to-database", {
      name: "connect-to-database",
      role: role.id,
      policy: policyDocument({
        sid: "ConnectAsProducts",
        actions: ["rds-db:connect"],
        resources: products.map((product) =>
          stack.arn("rds-db", `dbuser:${cluster.resourceId}/${databaseUser(product)}`),
        ),
      }),
    });
    const log = new EncryptedLogGroup(this, "log", { name: `/aws/rds/proxy/${name}`, key });
    const proxy = new DbProxy(this, "proxy", {
      name,
      engineFamily: "POSTGRESQL",
      defaultAuthScheme: "IAM_AUTH",
      requireTls: true,
      roleArn: role.arn,
      vpcSubnetIds: [...subnets.isolatedSubnetIds],
      vpcSecurityGroupIds: [this.group.id],
      idleClientTimeout: 900,
      debugLogging: false,
      dependsOn: [log],
    });
    const pool = new DbProxyDefaultTargetGroup(this, "pool", {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: settings.maxConnectionsPercent,
        maxIdleConnectionsPercent: Math.floor(settings.maxConnectionsPercent / 2),
        connectionBorrowTimeout: settings.borrowTimeout,
      },
    });
    new DbProxyTarget(this, "target", {
      dbProxyName: proxy.name,
      targetGroupName: pool.name,
      dbClusterIdentifier: cluster.identifier,
      dependsOn: [cluster.writer],
    });
    this.name = proxy.name;
    this.endpoint = proxy.endpoint;
    // The last part of arn:aws:rds:<region>:<account>:db-proxy:prx-...
    this.resourceId = new TerraformLocal(this, "resource-id", Fn.element(Fn.split(":", proxy.arn), 6)).asString;
  }

  /** Lets a service connect as its product's database user: the permission, the security-group rules, the variables. */
  grantConnect(client: Workload): void {
    const user = databaseUser(client.product);
    client.allow("connect-to-database", {
      sid: "ConnectAsOwnUser",
      actions: ["rds-db:connect"],
      resources: [PlatformStack.of(client).arn("rds-db", `dbuser:${this.resourceId}/${user}`)],
    });
    client.group.connectTo(client, this.group, { purpose: "database", port: this.port });
    client.setVariables({
      DATABASE_HOST: this.endpoint,
      DATABASE_PORT: String(this.port),
      DATABASE_NAME: databaseName,
      DATABASE_USER: user,
      DATABASE_AUTH: "iam",
      DATABASE_POOL_SIZE: String(client.settings.connections),
    });
  }
}
