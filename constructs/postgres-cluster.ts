import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { RdsCluster } from "@cdktf/provider-aws/lib/rds-cluster";
import { RdsClusterInstance } from "@cdktf/provider-aws/lib/rds-cluster-instance";
import { RdsClusterParameterGroup } from "@cdktf/provider-aws/lib/rds-cluster-parameter-group";
import { DataResource } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { databaseClusterName, databaseName } from "../config/names";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { assumedBy } from "./policy";
import type { Subnets } from "./subnets";

export interface PostgresClusterProps {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly key: EncryptionKey;
  readonly settings: Environment["database"];
  /** Whether statements may come through RDS Data API, from who has a right of IAM and a secret with a password. */
  readonly dataApi: boolean;
}

const engine = "aurora-postgresql";

/** Aurora PostgreSQL, Serverless v2, in the isolated subnets: TLS and IAM only, its master password known to Secrets Manager alone. */
export class PostgresCluster extends Construct {
  readonly port = 5432;
  readonly identifier: string;
  readonly arn: string;
  /** Name of the group of isolated subnets that it is in. */
  readonly subnetGroup: string;
  /** The writer's host name; services go through the proxy instead. */
  readonly endpoint: string;
  /** `cluster-...`, which IAM statements about database users name. */
  readonly resourceId: string;
  readonly masterSecretArn: string;
  readonly masterUser = "postgres";
  readonly group: ClosedGroup;
  /** What a proxy target waits for: a cluster without an instance takes no connection. */
  readonly writer: RdsClusterInstance;

  constructor(scope: Construct, id: string, { vpc, subnets, key, settings, dataApi }: PostgresClusterProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const name = databaseClusterName(stack.prefix);
    this.group = new ClosedGroup(this, "group", { name, description: "Database cluster", vpcId: vpc.id });

    const subnetGroup = new DbSubnetGroup(this, "subnets", { name, subnetIds: [...subnets.isolatedSubnetIds] });
    const parameters = new RdsClusterParameterGroup(this, "parameters", {
      name: `${name}-${settings.engineVersion}`,
      family: `${engine}${settings.engineVersion}`,
      description: "TLS only; statements that changed something or were slow are logged",
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        // A library is loaded when an instance starts; until then PostgreSQL itself goes on logging changes of the schema.
        { name: "shared_preload_libraries", value: "pg_stat_statements,pgaudit", applyMethod: "pending-reboot" },
        { name: "pgaudit.log", value: "ddl,role", applyMethod: "pending-reboot" },
        // PostgreSQL's own way writes the password of a CREATE ROLE; pgaudit does not.
        { name: "log_statement", value: "none", applyMethod: "pending-reboot" },
        { name: "log_min_duration_statement", value: "1000" },
        // People's addresses are parameters of statements, and in the details of errors: neither is logged.
        { name: "log_parameter_max_length", value: "0" },
        { name: "log_parameter_max_length_on_error", value: "0" },
        { name: "log_error_verbosity", value: "terse" },
      ],
      // A new major version needs a new family, hence a new group, before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    });
    const log = new EncryptedLogGroup(this, "log", { name: `/aws/rds/cluster/${name}/postgresql`, key });
    // RDS refuses a snapshot's name that is taken: each cluster has a name of its own for its last one, made with the cluster.
    const last = new DataResource(this, "final-snapshot", {
      triggersReplace: { name, key: key.arn, subnets: subnetGroup.name },
    });
    const cluster = new RdsCluster(this, "cluster", {
      clusterIdentifier: name,
      engine,
      engineVersion: settings.engineVersion,
      // A new major version is a decision in config/environments, which the review points out.
      allowMajorVersionUpgrade: true,
      applyImmediately: settings.applyImmediately,
      databaseName,
      port: this.port,
      serverlessv2ScalingConfiguration: { minCapacity: settings.capacity.min, maxCapacity: settings.capacity.max },
      dbSubnetGroupName: subnetGroup.name,
      dbClusterParameterGroupName: parameters.name,
      vpcSecurityGroupIds: [this.group.id],
      iamDatabaseAuthenticationEnabled: true,
      enableHttpEndpoint: dataApi,
      masterUsername: this.masterUser,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,
      storageEncrypted: true,
      kmsKeyId: key.arn,
      backupRetentionPeriod: settings.backupRetentionDays,
      preferredBackupWindow: "02:00-03:00",
      preferredMaintenanceWindow: "sun:03:30-sun:04:30",
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${name}-final-${last.id}`,
      enabledCloudwatchLogsExports: ["postgresql"],
      dependsOn: [log],
    });

    const monitoring = new IamRole(this, "monitoring-role", {
      name: `${name}-monitoring`,
      assumeRolePolicy: assumedBy("monitoring.rds.amazonaws.com", stack.account),
    });
    const monitored = new IamRolePolicyAttachment(this, "monitoring-policy", {
      role: monitoring.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    });
    const instance = (role: string) =>
      new RdsClusterInstance(this, role, {
        identifier: `${name}-${role}`,
        clusterIdentifier: cluster.id,
        instanceClass: "db.serverless",
        // Its version is the cluster's: a reader that named one would be refused when the default minor version has moved.
        engine,
        applyImmediately: settings.applyImmediately,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: key.arn,
        // A failover goes to a reader of tier 0 or 1 first; those also scale with the writer.
        promotionTier: 1,
        monitoringInterval: 60,
        monitoringRoleArn: monitoring.arn,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        dependsOn: [monitored],
      });
    this.writer = instance("writer");
    for (let reader = 1; reader <= settings.readers; reader += 1) instance(`reader-${reader}`);

    this.identifier = cluster.clusterIdentifier;
    this.arn = cluster.arn;
    this.subnetGroup = subnetGroup.name;
    this.endpoint = cluster.endpoint;
    this.resourceId = cluster.clusterResourceId;
    this.masterSecretArn = cluster.masterUserSecret.get(0).secretArn;
  }
}
