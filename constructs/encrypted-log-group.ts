import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";

export interface EncryptedLogGroupProps {
  readonly name: string;
  readonly key: EncryptionKey;
}

/** A log group with the environment's retention and a customer-managed key. */
export class EncryptedLogGroup extends CloudwatchLogGroup {
  constructor(scope: Construct, id: string, { name, key }: EncryptedLogGroupProps) {
    super(scope, id, { name, kmsKeyId: key.arn, retentionInDays: PlatformStack.of(scope).logRetentionDays });
  }
}
