import { AccessanalyzerAnalyzer } from "@cdktf/provider-aws/lib/accessanalyzer-analyzer";
import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { GuarddutyDetector } from "@cdktf/provider-aws/lib/guardduty-detector";
import { GuarddutyDetectorFeature } from "@cdktf/provider-aws/lib/guardduty-detector-feature";
import { Construct } from "constructs";
import type { Account } from "../config/account";
import { AlarmTopic, eventBridge, eventBridgeEncrypts } from "./alarm-topic";
import { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";

export type SecurityFindingsProps = Pick<Account, "threatDetection" | "accessAnalyzer" | "emails">;

/** What GuardDuty watches beside the account's calls, flows and names. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html */
const features = ["S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "LAMBDA_NETWORK_LOGS"] as const;

/** From medium severity on; what Access Analyzer found and nobody has archived. */
const findings = {
  $or: [
    { source: ["aws.guardduty"], detail: { severity: [{ numeric: [">=", 4] }] } },
    { source: ["aws.access-analyzer"], detail: { status: ["ACTIVE"] } },
  ],
};

/** GuardDuty, Access Analyzer, and who is told of what they find. */
export class SecurityFindings extends Construct {
  constructor(scope: Construct, id: string, { threatDetection, accessAnalyzer, emails }: SecurityFindingsProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    if (threatDetection) {
      const detector = new GuarddutyDetector(this, "detector", {
        enable: true,
        findingPublishingFrequency: "FIFTEEN_MINUTES",
      });
      for (const name of features) {
        new GuarddutyDetectorFeature(this, name.toLowerCase(), { detectorId: detector.id, name, status: "ENABLED" });
      }
    }
    if (accessAnalyzer) {
      new AccessanalyzerAnalyzer(this, "analyzer", { analyzerName: stack.physicalName("access"), type: "ACCOUNT" });
    }

    const key = new EncryptionKey(this, "key", { purpose: "findings", statements: [eventBridgeEncrypts] });
    const topic = new AlarmTopic(this, "topic", { name: "findings", key, emails, publisher: eventBridge });
    const rule = new CloudwatchEventRule(this, "rule", {
      name: stack.physicalName("findings"),
      description: "What GuardDuty and Access Analyzer find",
      eventPattern: JSON.stringify(findings),
    });
    new CloudwatchEventTarget(this, "target", { rule: rule.name, arn: topic.arn });
  }
}
