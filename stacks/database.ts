import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { Construct } from "constructs";
import type { BackupSettings, Environment } from "../config/environment";
import { artifactsBucketName, operatorSecretName } from "../config/names";
import { productsUsing, type Service } from "../config/service";
import { AccessLogBucket } from "../constructs/access-log-bucket";
import { AlarmTopic, eventBridgeEncrypts } from "../constructs/alarm-topic";
import { BackupAlarms } from "../constructs/backup-alarms";
import { BackupPlan } from "../constructs/backup-plan";
import { BackupVault } from "../constructs/backup-vault";
import { DatabaseAlarms } from "../constructs/database-alarms";
import { DatabaseProxy } from "../constructs/database-proxy";
import { EncryptionKey } from "../constructs/encryption-key";
import { MigrationJob } from "../constructs/migration-job";
import { PlatformStack } from "../constructs/platform-stack";
import { PostgresCluster } from "../constructs/postgres-cluster";
import { PrivateBucket } from "../constructs/private-bucket";
import { RestoreTest } from "../constructs/restore-test";
import { boundRoles } from "../constructs/workload-boundary";
import type { NetworkStack } from "./network";

export interface DatabaseStackProps {
  readonly network: NetworkStack;
  readonly services: readonly Service[];
}

/** The database, the proxy that shares it, the job that migrates it, the alarms that watch it. */
export class DatabaseStack extends PlatformStack {
  readonly cluster: PostgresCluster;
  readonly proxy: DatabaseProxy;
  readonly alarms: AlarmTopic;

  constructor(scope: Construct, environment: Environment, { network, services }: DatabaseStackProps) {
    super(scope, environment.name, "database", environment);
    boundRoles(this);
    const { vpc, subnets, endpoints } = network;
    const settings = environment.database;
    const isOperated = environment.operators.length > 0;

    const key = new EncryptionKey(this, "key", {
      administrator: this.deployRoleArn,
      purpose: "database",
      services: ["cloudwatch.amazonaws.com"],
      statements: environment.backup === "none" ? [] : [eventBridgeEncrypts],
    });
    this.cluster = new PostgresCluster(this, "cluster", { vpc, subnets, key, settings, dataApi: isOperated });
    this.proxy = new DatabaseProxy(this, "proxy", {
      vpc,
      subnets,
      cluster: this.cluster,
      key,
      settings: settings.proxy,
      products: productsUsing(services, "database"),
    });

    const accessLogs = new AccessLogBucket(this, "access-logs", this.bucketName("artifacts-logs"));
    const artifacts = new PrivateBucket(this, "artifacts", {
      name: artifactsBucketName(environment.name, environment.account),
      key,
      accessLogs,
    });
    const operatorSecret = isOperated
      ? new SecretsmanagerSecret(this, "operator", {
          name: operatorSecretName(environment.name),
          description: "The database's user of operators, for RDS Data API: { username, password }",
          kmsKeyId: key.arn,
          // Its name can be taken again only when the deletion is over.
          recoveryWindowInDays: 7,
        })
      : undefined;
    const cluster = this.cluster;
    new MigrationJob(this, "migrations", { vpc, subnets, endpoints, cluster, artifacts, key, operatorSecret });

    this.alarms = new AlarmTopic(this, "alarms", {
      key,
      emails: environment.alarms.emails,
      rules: environment.backup !== "none",
    });
    new DatabaseAlarms(this, "database-alarms", {
      topic: this.alarms,
      cluster: this.cluster,
      proxy: this.proxy,
      settings,
    });
    // Below the topic there is nobody to tell; above the network it is the first that may.
    network.firewall.watch(this, "blocked-names", this.alarms);
    if (environment.backup !== "none") this.backUp(key, environment.backup);
  }

  /** Recovery points that outlive the cluster, the region and whoever is at the keyboard, and the proof that one can be restored. */
  private backUp(key: EncryptionKey, settings: BackupSettings): void {
    const { cluster, alarms } = this;
    const vault = new BackupVault(this, "vault", { key, settings });
    const copies = new BackupVault(this, "copies", {
      settings,
      region: settings.copyRegion,
      key: new EncryptionKey(this, "copies-key", {
        administrator: this.deployRoleArn,
        purpose: "backup copies",
        region: settings.copyRegion,
      }),
    });
    const plan = new BackupPlan(this, "backups", { cluster, vault, copies, settings });
    const test = new RestoreTest(this, "restore-test", { cluster, vault, settings });
    new BackupAlarms(this, "backup-alarms", { topic: alarms, vault, roles: [plan.roleArn, test.roleArn], settings });
  }
}
