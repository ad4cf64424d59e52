import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { Construct } from "constructs";
import type { Account } from "../config/account";
import { stateBucketName } from "../config/names";
import { AccessLogBucket } from "../constructs/access-log-bucket";
import { AccountBudget } from "../constructs/account-budget";
import { AccountTrail } from "../constructs/account-trail";
import { ApiGatewayLogging } from "../constructs/api-gateway-logging";
import { CostAnomalies } from "../constructs/cost-anomalies";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack, type StackSettings } from "../constructs/platform-stack";
import { PrivateBucket } from "../constructs/private-bucket";
import { SecurityFindings } from "../constructs/security-findings";
import { StateLockTable } from "../constructs/state-lock-table";

export interface StateStackProps extends StackSettings {
  /** Addresses of the GitLab servers whose jobs assume roles by their own tokens. @default none */
  readonly gitlabIssuers?: readonly string[];
  /** What watches the account as a whole. @default nothing */
  readonly guarded?: Account;
}

/** What an account has once, whatever its environments: the state of every stack and its lock, API Gateway's log role, GitLab's identity, and what watches it. */
export class StateStack extends PlatformStack {
  constructor(scope: Construct, { gitlabIssuers = [], guarded, ...settings }: StateStackProps) {
    super(scope, "platform", "state", settings, "state");
    const key = new EncryptionKey(this, "key", { purpose: "state" });
    const accessLogs = new AccessLogBucket(this, "access-logs", this.bucketName("state-logs"));
    new PrivateBucket(this, "bucket", {
      name: stateBucketName(settings.account),
      key,
      accessLogs,
      keepNoncurrentDays: 365,
    });
    new StateLockTable(this, "locks", key);
    new ApiGatewayLogging(this, "api-gateway-logging");
    for (const url of gitlabIssuers) {
      new IamOpenidConnectProvider(this, new URL(url).host, { url, clientIdList: [url] });
    }
    if (guarded === undefined) return;
    new AccountBudget(this, "budget", guarded);
    if (guarded.costAnomalies) new CostAnomalies(this, "cost-anomalies", guarded);
    if (guarded.trail) new AccountTrail(this, "trail", { accessLogs });
    if (guarded.threatDetection || guarded.accessAnalyzer) new SecurityFindings(this, "findings", guarded);
  }
}
