import { BackupPlan as Plan } from "@cdktf/provider-aws/lib/backup-plan";
import { BackupSelection } from "@cdktf/provider-aws/lib/backup-selection";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { BackupSettings } from "../config/environment";
import { recoveryPointHours } from "../config/recovery-points";
import type { BackupVault } from "./backup-vault";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";
import type { PostgresCluster } from "./postgres-cluster";

export interface BackupPlanProps {
  readonly cluster: PostgresCluster;
  readonly vault: BackupVault;
  /** In another region. */
  readonly copies: BackupVault;
  readonly settings: BackupSettings;
}

/** AWS Backup names its snapshots so, and RDS deletes none of them for anybody else. */
export const recoveryPoints = "cluster-snapshot:awsbackup:*";

/** How AWS Backup finds what it works on: RDS lets lists be asked of all of a kind alone. */
export const describes = ["rds:DescribeDBClusterSnapshots", "rds:DescribeDBClusters", "rds:DescribeDBInstances"];

/** Everything that those are about, in some regions. */
export const everyDatabase = (stack: PlatformStack, regions: readonly string[]) =>
  regions.flatMap((region) =>
    ["cluster-snapshot:*", "cluster:*", "db:*"].map((kind) => stack.arn("rds", kind, region)),
  );

/**
 * Takes a snapshot of the database again and again, and copies each to another region. Aurora's own backups stay beside it: they
 * restore to any second, and go with the cluster's account and key. AWS Backup's continuous ones would be the same, and cannot be copied.
 */
export class BackupPlan extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { cluster, vault, copies, settings }: BackupPlanProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const snapshots = [stack.region, settings.copyRegion].map((region) => stack.arn("rds", recoveryPoints, region));
    const role = new IamRole(this, "role", {
      name: stack.physicalName("backup"),
      assumeRolePolicy: assumedBy("backup.amazonaws.com"),
    });
    // Of AWSBackupServiceRolePolicyForBackup what a snapshot of Aurora and its copy take:
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
    const allowed = new IamRolePolicy(this, "permissions", {
      name: "back-up",
      role: role.id,
      policy: policyDocument(
        {
          sid: "SnapshotCluster",
          actions: ["rds:AddTagsToResource", "rds:CreateDBClusterSnapshot", "rds:ListTagsForResource"],
          resources: [cluster.arn, ...snapshots],
        },
        {
          sid: "CopyAndExpireSnapshots",
          actions: ["rds:CopyDBClusterSnapshot", "rds:DeleteDBClusterSnapshot"],
          resources: snapshots,
        },
        { sid: "Find", actions: describes, resources: everyDatabase(stack, [stack.region, settings.copyRegion]) },
        // Knows no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html
        { sid: "FindByTag", actions: ["tag:GetResources"] },
        {
          sid: "PutIntoVaults",
          actions: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
          resources: [vault.arn, copies.arn],
        },
        { sid: "CopyFromVault", actions: ["backup:CopyFromBackupVault"], resources: snapshots },
        { sid: "SeeKeys", actions: ["kms:DescribeKey"], resources: [vault.keyArn, copies.keyArn] },
        {
          sid: "LendKeysToSnapshots",
          actions: ["kms:CreateGrant"],
          resources: [vault.keyArn, copies.keyArn],
          conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ),
    });
    const plan = new Plan(this, "plan", {
      name: stack.physicalName("database"),
      rule: [
        {
          ruleName: `every-${settings.everyHours}-hours`,
          targetVaultName: vault.name,
          schedule: `cron(15 ${recoveryPointHours(settings).join(",")} ? * * *)`,
          // Minutes. It begins within an hour, and has ended when the next one is due.
          startWindow: 60,
          completionWindow: settings.everyHours * 60,
          lifecycle: { deleteAfter: settings.keepDays },
          copyAction: [{ destinationVaultArn: copies.arn, lifecycle: { deleteAfter: settings.copyKeepDays } }],
        },
      ],
    });
    new BackupSelection(this, "selection", {
      name: "database",
      planId: plan.id,
      iamRoleArn: role.arn,
      resources: [cluster.arn],
      dependsOn: [allowed],
    });
    this.roleArn = role.arn;
  }
}
