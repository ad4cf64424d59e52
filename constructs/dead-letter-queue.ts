import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { policyDocument, refusePlainHttp } from "./policy";

export interface DeadLetterQueueProps {
  readonly name: string;
  readonly key: EncryptionKey;
  /** ARN of the one queue that may put its messages here. @default none does: a function does */
  readonly source?: string;
}

/** Keeps, for 14 days (SQS's longest), what a function failed on: encrypted, TLS only. */
export class DeadLetterQueue extends Construct {
  readonly arn: string;
  readonly name: string;

  constructor(scope: Construct, id: string, { name, key, source }: DeadLetterQueueProps) {
    super(scope, id);
    const queue = new SqsQueue(this, "queue", {
      name,
      kmsMasterKeyId: key.arn,
      messageRetentionSeconds: 14 * 86_400,
      ...(source !== undefined && {
        redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [source] }),
      }),
    });
    new SqsQueuePolicy(this, "policy", {
      queueUrl: queue.url,
      policy: policyDocument(refusePlainHttp(["sqs:*"], queue.arn)),
    });
    this.arn = queue.arn;
    this.name = queue.name;
  }
}
