import { BackupRestoreTestingPlan } from "@cdktf/provider-aws/lib/backup-restore-testing-plan";
import { BackupRestoreTestingSelection } from "@cdktf/provider-aws/lib/backup-restore-testing-selection";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { BackupSettings } from "../config/environment";
import { restoreTestName } from "../config/names";
import { describes, everyDatabase, recoveryPoints } from "./backup-plan";
import type { BackupVault } from "./backup-vault";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";
import type { PostgresCluster } from "./postgres-cluster";

export interface RestoreTestProps {
  readonly cluster: PostgresCluster;
  readonly vault: BackupVault;
  readonly settings: Pick<BackupSettings, "keepDays" | "restoreTests">;
}

/** In working hours, when somebody is there to read what went wrong. */
const schedules = { daily: "cron(30 9 ? * * *)", weekly: "cron(30 9 ? * TUE *)" } as const;

/**
 * Restores the newest recovery point again and again, beside the cluster, and deletes what it restored. The test's cluster has no
 * instance: nobody can connect to it, and it costs the storage of an hour. It proves that the recovery point is whole and that
 * its key opens it, not what is in its tables.
 */
export class RestoreTest extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, { cluster, vault, settings }: RestoreTestProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const restored = stack.arn("rds", "cluster:awsbackup-restore-test-*");
    const role = new IamRole(this, "role", {
      name: stack.physicalName("restore-test"),
      assumeRolePolicy: assumedBy("backup.amazonaws.com"),
    });
    // Of AWSBackupServiceRolePolicyForRestores what a cluster of Aurora takes:
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForRestores.html
    const allowed = new IamRolePolicy(this, "permissions", {
      name: "restore",
      role: role.id,
      policy: policyDocument(
        {
          sid: "RestoreBesideCluster",
          actions: ["rds:RestoreDBClusterFromSnapshot"],
          resources: [
            restored,
            stack.arn("rds", recoveryPoints),
            stack.arn("rds", `subgrp:${cluster.subnetGroup}`),
            stack.arn("rds", "cluster-pg:default.aurora-postgresql*"),
            stack.arn("rds", "og:default:aurora-postgresql-*"),
          ],
        },
        {
          sid: "TagAndDeleteRestored",
          actions: ["rds:AddTagsToResource", "rds:DeleteDBCluster", "rds:ListTagsForResource"],
          resources: [restored],
        },
        { sid: "Find", actions: describes, resources: everyDatabase(stack, [stack.region]) },
        { sid: "SeeKey", actions: ["kms:DescribeKey"], resources: [vault.keyArn] },
        {
          sid: "LendKeyToRestored",
          actions: ["kms:CreateGrant"],
          resources: [vault.keyArn],
          conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
      ),
    });
    const plan = new BackupRestoreTestingPlan(this, "plan", {
      name: restoreTestName(stack.prefix),
      scheduleExpression: schedules[settings.restoreTests],
      startWindowHours: 1,
      recoveryPointSelection: [
        {
          algorithm: "LATEST_WITHIN_WINDOW",
          includeVaults: [vault.arn],
          recoveryPointTypes: ["SNAPSHOT"],
          selectionWindowDays: settings.keepDays,
        },
      ],
    });
    new BackupRestoreTestingSelection(this, "selection", {
      name: "database",
      restoreTestingPlanName: plan.name,
      protectedResourceType: "Aurora",
      protectedResourceArns: [cluster.arn],
      iamRoleArn: role.arn,
      // https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
      restoreMetadataOverrides: {
        dbSubnetGroupName: cluster.subnetGroup,
        vpcSecurityGroupIds: JSON.stringify([cluster.group.id]),
      },
      dependsOn: [allowed],
    });
    this.roleArn = role.arn;
  }
}
