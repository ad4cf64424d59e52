import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunctionRecursionConfig } from "@cdktf/provider-aws/lib/lambda-function-recursion-config";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { deliveries, messageQueueName } from "../config/names";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { policyDocument, refusePlainHttp } from "./policy";
import type { ServiceFunction } from "./service-function";

export interface MessageQueueProps {
  /** Must let `sender` encrypt with it. */
  readonly key: EncryptionKey;
  /** Who alone puts messages into it: a service of AWS, on behalf of one of its resources. */
  readonly sender: { readonly service: string; readonly arn: string };
  /** The function that it starts, one message at a time. */
  readonly reader: ServiceFunction;
}

/**
 * A queue that starts a function through its alias `live`, with each message in an invocation of its own. A message that
 * failed comes again, a few times, and ends in the function's dead letters.
 */
export class MessageQueue extends Construct {
  readonly arn: string;
  /** Lets the sender put messages into it: what names the queue to the sender waits for this. */
  readonly policy: SqsQueuePolicy;

  constructor(scope: Construct, id: string, { key, sender, reader }: MessageQueueProps) {
    super(scope, id);
    const queue = new SqsQueue(this, "queue", {
      name: messageQueueName(PlatformStack.of(this).prefix, reader.service),
      kmsMasterKeyId: key.arn,
      // Six times the function's time, so that a message is not taken again while Lambda still tries to hand it over.
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeoutSeconds: 6 * reader.settings.timeout,
      messageRetentionSeconds: 14 * 86_400,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: reader.deadLetters.arn, maxReceiveCount: deliveries }),
    });
    this.arn = queue.arn;
    this.policy = new SqsQueuePolicy(this, "policy", {
      queueUrl: queue.url,
      policy: policyDocument(
        {
          sid: "SenderSends",
          principals: { Service: sender.service },
          actions: ["sqs:SendMessage"],
          resources: [queue.arn],
          conditions: {
            ArnEquals: { "aws:SourceArn": sender.arn },
            StringEquals: { "aws:SourceAccount": PlatformStack.of(this).account },
          },
        },
        refusePlainHttp(["sqs:*"], queue.arn),
      ),
    });
    // Lambda's pollers take messages in the function's name. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    const takes = reader.allow("take-messages", {
      sid: "TakeMessages",
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: [queue.arn],
    });
    // A message that has to go on makes another one: Lambda would take that for a loop and stop it after some 16 rounds.
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    const rounds = new LambdaFunctionRecursionConfig(this, "rounds", {
      functionName: reader.name,
      recursiveLoop: "Allow",
      dependsOn: [reader.alias],
    });
    new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: queue.arn,
      functionName: reader.aliasArn,
      batchSize: 1,
      // No more than the function has instances: a message that is throttled counts as received.
      scalingConfig: { maximumConcurrency: reader.settings.reservedConcurrency },
      dependsOn: [takes, rounds],
    });
  }
}
