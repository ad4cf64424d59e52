import { CodebuildProject } from "@cdktf/provider-aws/lib/codebuild-project";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { databaseName, migrationArtifactKey, migrationLogGroupName, migrationProjectName } from "../config/names";
import { ClosedGroup } from "./closed-group";
import type { ClosedVpc } from "./closed-vpc";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";
import type { PostgresCluster } from "./postgres-cluster";
import type { PrivateBucket } from "./private-bucket";
import type { ServiceEndpoints } from "./service-endpoints";
import type { Subnets } from "./subnets";

export interface MigrationJobProps {
  readonly vpc: ClosedVpc;
  readonly subnets: Subnets;
  readonly endpoints: ServiceEndpoints;
  readonly cluster: PostgresCluster;
  /** Holds the migrations artifact. */
  readonly artifacts: PrivateBucket;
  readonly key: EncryptionKey;
  /** Where it keeps the password of the database's user for operators. @default none: nobody operates it */
  readonly operatorSecret?: SecretsmanagerSecret | undefined;
}

/**
 * Migrates the database from inside the VPC: a CodeBuild project that the pipeline may start, and nothing else. It runs
 * the buildspec inside the artifact against the cluster's own endpoint, since the migration lock would pin the proxy.
 */
export class MigrationJob extends Construct {
  constructor(scope: Construct, id: string, props: MigrationJobProps) {
    super(scope, id);
    const { vpc, subnets, endpoints, cluster, artifacts, key, operatorSecret } = props;
    const stack = PlatformStack.of(this);
    const name = migrationProjectName(stack.prefix);
    const group = new ClosedGroup(this, "group", { name, description: "Migration job", vpcId: vpc.id });
    group.connectTo(this, cluster.group, { purpose: "database", port: cluster.port });
    endpoints.grantAccess(this, group);

    const log = new EncryptedLogGroup(this, "log", { name: migrationLogGroupName(stack.prefix), key });
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: assumedBy("codebuild.amazonaws.com", stack.account),
    });
    const interfaces = stack.arn("ec2", "network-interface/*");
    const subnetArns = subnets.privateSubnetIds.map((subnet) => stack.arn("ec2", `subnet/${subnet}`));
    const permissions = new IamRolePolicy(this, "permissions", {
      name: "migrate",
      role: role.id,
      policy: policyDocument(
        {
          sid: "WriteOwnLog",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [`${log.arn}:*`],
        },
        {
          sid: "ReadArtifact",
          actions: ["s3:GetObject", "s3:GetObjectVersion"],
          resources: [`${artifacts.bucket.arn}/${migrationArtifactKey}`],
        },
        { sid: "FindArtifact", actions: ["s3:GetBucketLocation", "s3:ListBucket"], resources: [artifacts.bucket.arn] },
        { sid: "ReadMasterSecret", actions: ["secretsmanager:GetSecretValue"], resources: [cluster.masterSecretArn] },
        {
          // The way in where RDS keeps the master user out of password logins, see ops/migrate/connection.ts.
          sid: "ConnectAsMaster",
          actions: ["rds-db:connect"],
          resources: [stack.arn("rds-db", `dbuser:${cluster.resourceId}/${cluster.masterUser}`)],
        },
        { sid: "Decrypt", actions: ["kms:Decrypt"], resources: [key.arn] },
        ...(operatorSecret === undefined
          ? []
          : [
              {
                sid: "KeepOperatorPassword",
                actions: ["secretsmanager:PutSecretValue"],
                resources: [operatorSecret.arn],
              },
              { sid: "EncryptOperatorPassword", actions: ["kms:GenerateDataKey"], resources: [key.arn] },
            ]),
        {
          // Describing knows no resource, https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
          sid: "SeeNetwork",
          actions: [
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
          ],
        },
        {
          sid: "JoinPrivateSubnets",
          actions: ["ec2:CreateNetworkInterface"],
          resources: [interfaces, ...subnetArns, stack.arn("ec2", `security-group/${group.id}`)],
        },
        { sid: "LeavePrivateSubnets", actions: ["ec2:DeleteNetworkInterface"], resources: [interfaces] },
        {
          sid: "LendInterfaceToCodeBuild",
          actions: ["ec2:CreateNetworkInterfacePermission"],
          resources: [interfaces],
          conditions: {
            StringEquals: { "ec2:AuthorizedService": "codebuild.amazonaws.com" },
            ArnEquals: { "ec2:Subnet": subnetArns },
          },
        },
      ),
    });
    new CodebuildProject(this, "project", {
      name,
      description: "Migrates the database from inside the VPC",
      serviceRole: role.arn,
      encryptionKey: key.arn,
      // One at a time; ops/migrate-remote waits for one that runs.
      concurrentBuildLimit: 1,
      buildTimeout: 60,
      queuedTimeout: 60,
      source: { type: "S3", location: `${artifacts.bucket.bucket}/${migrationArtifactKey}` },
      artifacts: { type: "NO_ARTIFACTS" },
      environment: {
        type: "ARM_CONTAINER",
        computeType: "BUILD_GENERAL1_SMALL",
        image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
        privilegedMode: false,
        environmentVariable: Object.entries({
          DATABASE_HOST: cluster.endpoint,
          DATABASE_PORT: String(cluster.port),
          DATABASE_NAME: databaseName,
          MASTER_SECRET_ARN: cluster.masterSecretArn,
          ...(operatorSecret && { OPERATOR_SECRET_ID: operatorSecret.arn }),
        }).map(([variable, value]) => ({ name: variable, value, type: "PLAINTEXT" })),
      },
      vpcConfig: { vpcId: vpc.id, subnets: [...subnets.privateSubnetIds], securityGroupIds: [group.id] },
      logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: log.name } },
      dependsOn: [permissions],
    });
  }
}
