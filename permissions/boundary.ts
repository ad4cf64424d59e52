import {
  operatorRoleName,
  pipelineBoundaryName,
  pipelineUserName,
  queueName,
  stateLockTableName,
  workloadBoundaryName,
} from "../config/names";
import type { EnvironmentArns } from "./arns";
import { keyDeletionDays, pendingDays } from "./key-administration";
import type { BoundaryStatement, Conditions } from "./permission";
import { passedTo } from "./workload-roles";

/**
 * What no role of the pipeline exceeds, whatever its policies come to say: only services in use, and never a way to
 * more rights.
 *
 * @param services names of AWS services as actions begin with them
 */
export function pipelineBoundary(arns: EnvironmentArns, awsServices: readonly string[]): BoundaryStatement[] {
  const { name, iam, state, regional } = arns;
  const workloadBoundary = iam(`policy/${workloadBoundaryName(name)}`);
  return [
    {
      sid: "ServicesInUse",
      effect: "Allow",
      actions: awsServices.map((service) => `${service}:*`),
      resources: ["*"],
      purpose: "Nothing outside the services that the stacks use",
    },
    {
      sid: "NeverItself",
      effect: "Deny",
      actions: [
        "iam:Add*",
        "iam:Attach*",
        "iam:Create*",
        "iam:De*",
        "iam:PassRole",
        "iam:Put*",
        "iam:Remove*",
        "iam:Set*",
        "iam:Tag*",
        "iam:Un*",
        "iam:Up*",
      ],
      resources: [
        iam(`user/${pipelineUserName(name)}`),
        iam(`role/${pipelineUserName(name)}-*`),
        iam(`policy/${pipelineUserName(name)}-*`),
        iam(`policy/${pipelineBoundaryName(name)}`),
        workloadBoundary,
        iam(`role/${operatorRoleName(name)}`),
        iam(`policy/${operatorRoleName(name)}`),
        iam("oidc-provider/*"),
      ],
      purpose: "The pipeline changes neither its user, its roles and their trust, nor its boundaries",
    },
    {
      sid: "NeverAnotherIdentity",
      effect: "Deny",
      actions: [
        "iam:*AccessKey*",
        "iam:*Group*",
        "iam:*LoginProfile*",
        "iam:*MFADevice*",
        "iam:AttachUserPolicy",
        "iam:CreatePolicy*",
        "iam:CreateUser",
        "iam:DeletePolicy*",
        "iam:DeleteRolePermissionsBoundary",
        "iam:PutRolePermissionsBoundary",
        "iam:PutUserP*",
        "iam:SetDefaultPolicyVersion",
        "iam:UpdateAssumeRolePolicy",
        "sts:AssumeRole*",
      ],
      resources: ["*"],
      purpose: "No keys, passwords, users, groups, policy versions or trust, and no way into another role",
    },
    {
      sid: "OnlyBoundedRoles",
      effect: "Deny",
      actions: ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePolicy"],
      resources: ["*"],
      conditions: { ArnNotEquals: { "iam:PermissionsBoundary": workloadBoundary } },
      purpose: "No role without the workloads' boundary gains a right",
    },
    {
      sid: "PassOnlyWorkloadRoles",
      effect: "Deny",
      actions: ["iam:PassRole"],
      resources: ["*"],
      conditions: {
        StringNotEquals: { "iam:PassedToService": passedTo(arns) },
      },
      purpose: "No role goes to any other service",
    },
    {
      sid: "NeverIntoWorkloads",
      effect: "Deny",
      actions: ["ecs:ExecuteCommand", "ecs:RunTask", "ecs:StartTask", "elasticache:Connect"],
      resources: ["*"],
      purpose: "No task of its own, no shell in a task, no connection to the queue",
    },
    {
      sid: "RecoveryPointsStay",
      effect: "Deny",
      actions: [
        "backup:DeleteBackupVaultLockConfiguration",
        "backup:DeleteRecoveryPoint",
        "backup:DisassociateRecoveryPoint*",
        "backup:Start*",
        "backup:UpdateRecoveryPointLifecycle",
      ],
      resources: ["*"],
      purpose: "No recovery point ends before its day, no vault is unlocked, and nothing is copied or restored",
    },
    {
      sid: "KeysEndSlowly",
      effect: "Deny",
      actions: ["kms:ScheduleKeyDeletion"],
      resources: ["*"],
      conditions: { NumericLessThan: { [pendingDays]: keyDeletionDays } },
      purpose: "What a key encrypts can be brought back for 30 days, whatever a key's policy comes to say",
    },
    {
      sid: "StateStaysProtected",
      effect: "Deny",
      actions: [
        "s3:DeleteBucket*",
        "s3:DeleteObjectVersion",
        "s3:PutBucket*",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:PutObjectAcl",
      ],
      resources: [state(), state("*")],
      purpose: "The state bucket keeps its policy, versions and encryption",
    },
    {
      sid: "LocksStay",
      effect: "Deny",
      actions: ["dynamodb:*Table*", "dynamodb:UpdateContinuousBackups", "dynamodb:PutResourcePolicy"],
      resources: [regional("dynamodb", `table/${stateLockTableName}`)],
      purpose: "The lock table stays as it is",
    },
  ];
}

/** What no role of a function, a worker, a build or the database exceeds, whatever the pipeline writes into it. */
export function workloadBoundary({
  name,
  backup,
  deadLetterArns,
  messageQueueArns,
  regional,
  inEachRegion,
  bucket,
  tokenKey,
  operatorSecret,
}: EnvironmentArns): BoundaryStatement[] {
  const allow = (sid: string, purpose: string, actions: string[], resources: string[], conditions?: Conditions) => ({
    sid,
    effect: "Allow" as const,
    actions,
    resources,
    purpose,
    ...(conditions && { conditions }),
  });
  const snapshots = inEachRegion("rds", "cluster-snapshot:awsbackup:*");
  const restored = regional("rds", "cluster:awsbackup-restore-test-*");
  const aliased = { "ForAnyValue:StringLike": { "kms:ResourceAliases": `alias/${name}-*` } };
  const backups = () => [
    allow(
      "Snapshots",
      "Back the database up, copy that, and end it on its day",
      [
        "rds:AddTagsToResource",
        "rds:CopyDBClusterSnapshot",
        "rds:CreateDBClusterSnapshot",
        "rds:DeleteDBClusterSnapshot",
        "rds:ListTagsForResource",
      ],
      [regional("rds", `cluster:${name}-*`), restored, ...snapshots],
    ),
    allow(
      "RestoreTests",
      "Restore it for a test",
      ["rds:DeleteDBCluster", "rds:RestoreDBClusterFromSnapshot"],
      [
        restored,
        ...snapshots,
        ...[`subgrp:${name}-*`, "cluster-pg:default.*", "og:default:*"].map((kind) => regional("rds", kind)),
      ],
    ),
    allow(
      "Vaults",
      "Keep it in the environment's vaults",
      ["backup:CopyFromBackupVault", "backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
      [...inEachRegion("backup", `backup-vault:${name}-*`), ...snapshots],
    ),
    allow(
      "FindBackups",
      "Find it",
      ["rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusters", "rds:DescribeDBInstances", "tag:GetResources"],
      ["*"],
    ),
    allow("SeeKeys", "See the environment's keys", ["kms:DescribeKey"], inEachRegion("kms", "key/*"), aliased),
    allow("LendKeys", "Lend the environment's keys to snapshots", ["kms:CreateGrant"], inEachRegion("kms", "key/*"), {
      ...aliased,
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
  ];
  return [
    allow(
      "Logs",
      "Write logs, those of enhanced monitoring too",
      [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:Describe*",
        "logs:GetLogEvents",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
      ],
      [`*${name}*`, "RDS*"].map((group) => regional("logs", `log-group:${group}`)),
    ),
    allow("Traces", "Write traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
    allow(
      "Keys",
      "Use the environment's keys",
      ["kms:Decrypt", "kms:GenerateDataKey"],
      [regional("kms", "key/*")],
      aliased,
    ),
    allow(
      "Files",
      "Read and write files of the environment",
      ["s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"],
      [bucket("*"), bucket("*", "*")],
    ),
    allow("DeadLetters", "Send what failed", ["sqs:SendMessage"], [...deadLetterArns]),
    ...(messageQueueArns.length === 0
      ? []
      : [
          allow(
            "Messages",
            "Take the messages that start a function",
            ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
            [...messageQueueArns],
          ),
        ]),
    allow(
      "MasterSecret",
      "Read the database's master secret",
      ["secretsmanager:GetSecretValue"],
      [regional("secretsmanager", "secret:rds!cluster-*")],
    ),
    allow(
      "OperatorSecret",
      "Keep the password of the database's user for operators",
      ["secretsmanager:PutSecretValue"],
      [operatorSecret],
    ),
    allow("TokenKey", "Read the key that signs tokens", ["secretsmanager:GetSecretValue"], [tokenKey]),
    allow(
      "Queue",
      "Connect to the queue with IAM",
      ["elasticache:Connect"],
      [`replicationgroup:${queueName(name)}`, `user:${name}-*`].map((resource) => regional("elasticache", resource)),
    ),
    allow(
      "Images",
      "Fetch a worker's image",
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      [regional("ecr", `repository/${name}-*`)],
    ),
    allow("Registry", "Log in to the registry, which knows no repository then", ["ecr:GetAuthorizationToken"], ["*"]),
    allow("Connect", "Connect to the database with IAM", ["rds-db:connect"], [regional("rds-db", "dbuser:*")]),
    allow(
      "Network",
      "Join the VPC",
      [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
        "ec2:UnassignPrivateIpAddresses",
      ],
      ["*"],
    ),
    ...(backup === "none" ? [] : backups()),
  ];
}
