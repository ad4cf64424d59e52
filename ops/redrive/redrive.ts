import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { Failure } from "../../runtime/failure";
import { pause } from "../program/pause";

/** What an operator's credentials must allow, on the dead-letter queue; to start, sqs:SendMessage on the queue besides, and kms:Decrypt and kms:GenerateDataKey on their key. */
export const redriveActions = [
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ListMessageMoveTasks",
  "sqs:StartMessageMoveTask",
] as const;

/** A dead-letter queue, and how much is in it. */
export interface DeadLetters {
  readonly arn: string;
  readonly count: number;
}

export async function deadLettersOf(sqs: SQSClient, name: string): Promise<DeadLetters> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const wanted = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ["QueueArn", "ApproximateNumberOfMessages"],
  });
  const { QueueArn, ApproximateNumberOfMessages } = (await sqs.send(wanted)).Attributes ?? {};
  if (QueueArn === undefined) throw new Failure(`SQS named no ARN of ${name}`);
  return { arn: QueueArn, count: Number(ApproximateNumberOfMessages) };
}

export interface RedriveOptions {
  readonly sqs: SQSClient;
  /** ARN of the dead-letter queue. */
  readonly from: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Hears how many have moved. */
  readonly onProgress: (line: string) => void;
}

/**
 * Has SQS move all dead letters back to the queue that they came from, and waits until it has; a move under way is waited
 * for, not started again. Returns how many moved. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 * @throws Failure when SQS gave up
 */
export async function redrive(
  { sqs, from, interval, onProgress }: RedriveOptions,
  cancelled: AbortSignal,
): Promise<number> {
  const before = await latestMove(sqs, from);
  if (before?.Status !== "RUNNING") await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: from }));
  for (;;) {
    const move = await latestMove(sqs, from);
    const { Status, ApproximateNumberOfMessagesMoved: moved = 0, ApproximateNumberOfMessagesToMove: all } = move ?? {};
    onProgress(`${moved} of ${all ?? "an unknown number"} moved`);
    if (Status === "COMPLETED") return moved;
    if (Status !== "RUNNING")
      throw new Failure(
        `SQS ended the move as ${Status ?? "unknown"}: ${move?.FailureReason ?? "it does not say why"}`,
      );
    await pause(interval, cancelled);
  }
}

async function latestMove(sqs: SQSClient, from: string): Promise<ListMessageMoveTasksResultEntry | undefined> {
  const { Results = [] } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: from, MaxResults: 1 }));
  return Results[0];
}
