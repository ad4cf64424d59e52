import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";
import type { BackupSettings } from "../config/environment";
import type { AlarmTopic } from "./alarm-topic";
import type { BackupVault } from "./backup-vault";
import { PlatformStack } from "./platform-stack";

export interface BackupAlarmsProps {
  /** Rules of EventBridge must be let publish to it. */
  readonly topic: AlarmTopic;
  readonly vault: BackupVault;
  /** ARNs of the roles that AWS Backup works as here: whose jobs they are. */
  readonly roles: readonly string[];
  readonly settings: Pick<BackupSettings, "everyHours">;
}

const runbook = "restore-from-vault";
const failures = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"];

/** Tells when a backup, a copy or a restore test has failed, and when no backup has come for too long, whatever the reason. */
export class BackupAlarms extends Construct {
  constructor(scope: Construct, id: string, { topic, vault, roles, settings }: BackupAlarmsProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    topic.watch(this, "missing", {
      name: "backup-missing",
      description: `No recovery point of the database for ${settings.everyHours + 3} hours`,
      runbook,
      namespace: "AWS/Backup",
      dimensions: { BackupVaultName: vault.name },
      metric: "NumberOfBackupJobsCompleted",
      statistic: "Sum",
      threshold: 1,
      below: true,
      // An hour to begin, and two to end.
      minutes: settings.everyHours + 3,
      period: 60,
      silence: "breaching",
    });
    // An event has what a metric has not: the job's role, which tells environments of one account apart, and why it failed.
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    const rule = new CloudwatchEventRule(this, "failed", {
      name: stack.physicalName("backup-failed"),
      description: "Backups, copies and restore tests that failed",
      eventPattern: JSON.stringify({
        source: ["aws.backup"],
        "detail-type": ["Backup Job State Change", "Copy Job State Change", "Restore Job State Change"],
        detail: { iamRoleArn: roles, $or: [{ state: failures }, { status: failures }] },
      }),
    });
    new CloudwatchEventTarget(this, "tell", {
      rule: rule.name,
      arn: topic.arn,
      inputTransformer: {
        inputPaths: { kind: "$.detail-type", message: "$.detail.statusMessage" },
        inputTemplate: JSON.stringify(
          `${stack.prefix}: <kind>, it failed: <message>. Runbook: docs/runbooks/${runbook}.md`,
        ),
      },
    });
  }
}
