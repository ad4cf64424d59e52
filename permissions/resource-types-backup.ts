import { backupDays } from "../config/environment";
import { restoreTestName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { ResourceTypes } from "./resource-types";
import { newlyTagged, scope, tagged } from "./scope";

/** Where the environment is backed up; nowhere otherwise. */
const backedUp = (resources: (arns: EnvironmentArns) => readonly string[]) => (arns: EnvironmentArns) =>
  arns.backup === "none" ? [] : resources(arns);

const everyVault = backedUp(({ name, inEachRegion }) => inEachRegion("backup", `backup-vault:${name}-*`));
const vaults = scope("Vaults", everyVault);
/** With these days and no others: a lock for compliance that keeps for a hundred years could never be taken off. */
const vaultLocks = scope("VaultLocks", everyVault, ({ backup }) => {
  const days = {
    "backup:MaxRetentionDays": String(backupDays.max),
    "backup:MinRetentionDays": String(backupDays.min),
  };
  if (backup === "none" || backup.lock === "governance") {
    return { NumericEquals: days, Null: { "backup:ChangeableForDays": "true" } };
  }
  return { NumericEquals: { ...days, "backup:ChangeableForDays": String(backup.lockGraceDays) } };
});
/** Mounting the store of a vault knows no resource. */
const vaultStore = scope(
  "VaultStore",
  backedUp(() => ["*"]),
);
// AWS chooses the id of a plan.
const everyPlan = backedUp(({ regional }) => [regional("backup", "backup-plan:*")]);
const newPlan = scope("NewBackupPlan", everyPlan, newlyTagged);
const plans = scope("BackupPlans", everyPlan, tagged);
const restoreTests = scope(
  "RestoreTests",
  backedUp(({ name, regional }) => [regional("backup", `restore-testing-plan:${restoreTestName(name)}-*`)]),
);
const rules = scope(
  "EventRules",
  backedUp(({ name, regional }) => [regional("events", `rule/${name}-*`)]),
);

const tags = ["backup:TagResource", "backup:UntagResource"];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html; unlocking a vault is an administrator's. */
export const backupTypes: ResourceTypes = {
  aws_backup_vault: [
    {
      scope: vaults,
      read: ["backup:DescribeBackupVault", "backup:ListTags"],
      write: [...tags, "backup:CreateBackupVault", "backup:DeleteBackupVault"],
    },
    { scope: vaultStore, write: ["backup-storage:MountCapsule"] },
  ],
  aws_backup_vault_policy: [
    {
      scope: vaults,
      read: ["backup:GetBackupVaultAccessPolicy"],
      write: ["backup:PutBackupVaultAccessPolicy", "backup:DeleteBackupVaultAccessPolicy"],
    },
  ],
  aws_backup_vault_lock_configuration: [
    { scope: vaults, read: ["backup:DescribeBackupVault"] },
    { scope: vaultLocks, write: ["backup:PutBackupVaultLockConfiguration"] },
  ],
  aws_backup_plan: [
    { scope: newPlan, write: ["backup:CreateBackupPlan", "backup:TagResource"] },
    {
      scope: plans,
      read: ["backup:GetBackupPlan", "backup:ListTags"],
      write: [...tags, "backup:UpdateBackupPlan", "backup:DeleteBackupPlan"],
    },
  ],
  aws_backup_selection: [
    {
      scope: plans,
      read: ["backup:GetBackupSelection"],
      write: ["backup:CreateBackupSelection", "backup:DeleteBackupSelection"],
    },
  ],
  aws_backup_restore_testing_plan: [
    {
      scope: restoreTests,
      read: ["backup:GetRestoreTestingPlan", "backup:ListTags"],
      write: [
        ...tags,
        "backup:CreateRestoreTestingPlan",
        "backup:UpdateRestoreTestingPlan",
        "backup:DeleteRestoreTestingPlan",
      ],
    },
  ],
  aws_backup_restore_testing_selection: [
    {
      scope: restoreTests,
      read: ["backup:GetRestoreTestingSelection"],
      write: [
        "backup:CreateRestoreTestingSelection",
        "backup:UpdateRestoreTestingSelection",
        "backup:DeleteRestoreTestingSelection",
      ],
    },
  ],
  aws_cloudwatch_event_rule: [
    {
      scope: rules,
      read: ["events:DescribeRule", "events:ListTagsForResource"],
      write: ["events:PutRule", "events:TagResource", "events:UntagResource", "events:DeleteRule"],
    },
  ],
  aws_cloudwatch_event_target: [
    {
      scope: rules,
      read: ["events:ListTargetsByRule"],
      write: ["events:PutTargets", "events:RemoveTargets"],
    },
  ],
};
