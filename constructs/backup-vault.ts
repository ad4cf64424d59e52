import { BackupVault as Vault } from "@cdktf/provider-aws/lib/backup-vault";
import { BackupVaultLockConfiguration } from "@cdktf/provider-aws/lib/backup-vault-lock-configuration";
import { BackupVaultPolicy } from "@cdktf/provider-aws/lib/backup-vault-policy";
import { Construct } from "constructs";
import { type BackupSettings, backupDays } from "../config/environment";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { policyDocument } from "./policy";

export interface BackupVaultProps {
  /** Of the vault's region. What is copied here is encrypted with it; a snapshot of Aurora keeps its cluster's. */
  readonly key: EncryptionKey;
  readonly settings: Pick<BackupSettings, "lock" | "lockGraceDays">;
  /** @default the stack's */
  readonly region?: string;
}

/**
 * Where recovery points are, locked: each goes on its own day and no sooner. The lock's days are the same for every vault, so
 * that another `keepDays` leaves the lock alone: a lock for compliance can never be changed again.
 */
export class BackupVault extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { key, settings, region }: BackupVaultProps) {
    super(scope, id);
    const placed = region === undefined ? {} : { region };
    const vault = new Vault(this, "vault", {
      ...placed,
      name: PlatformStack.of(this).physicalName("database"),
      kmsKeyArn: key.arn,
    });
    new BackupVaultPolicy(this, "policy", {
      ...placed,
      backupVaultName: vault.name,
      policy: policyDocument({
        sid: "NobodyDeletes",
        effect: "Deny",
        principals: "*",
        actions: [
          "backup:DeleteRecoveryPoint",
          "backup:DisassociateRecoveryPoint",
          "backup:UpdateRecoveryPointLifecycle",
        ],
      }),
    });
    new BackupVaultLockConfiguration(this, "lock", {
      ...placed,
      backupVaultName: vault.name,
      minRetentionDays: backupDays.min,
      maxRetentionDays: backupDays.max,
      // With it the lock is for compliance. https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
      ...(settings.lock === "compliance" && { changeableForDays: settings.lockGraceDays }),
    });
    this.name = vault.name;
    this.arn = vault.arn;
    this.keyArn = key.arn;
  }
}
