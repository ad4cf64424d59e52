import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import type { Construct } from "constructs";
import { stateBucketName } from "../config/names";
import { AccessLogBucket } from "../constructs/access-log-bucket";
import { ApiGatewayLogging } from "../constructs/api-gateway-logging";
import { EncryptionKey } from "../constructs/encryption-key";
import { PlatformStack, type StackSettings } from "../constructs/platform-stack";
import { PrivateBucket } from "../constructs/private-bucket";
import { StateLockTable } from "../constructs/state-lock-table";

export interface StateStackProps extends StackSettings {
  /** Addresses of the GitLab servers whose jobs assume roles by their own tokens. @default none */
  readonly gitlabIssuers?: readonly string[];
}

/** What an account has once, whatever its environments: the state of every stack and its lock, API Gateway's log role, GitLab's identity. */
export class StateStack extends PlatformStack {
  constructor(scope: Construct, { gitlabIssuers = [], ...settings }: StateStackProps) {
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
  }
}
