import { AwsError, account, arn, json, type Operation, type Request, text } from "./call";

interface Move {
  readonly SourceArn: string;
  readonly ApproximateNumberOfMessagesToMove: number;
  ApproximateNumberOfMessagesMoved: number;
  Status: "RUNNING" | "COMPLETED" | "FAILED";
  FailureReason?: string;
}

/** SQS's JSON protocol, and its rules of moving dead letters. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
export class Sqs {
  /** Messages of each dead-letter queue, by its name. */
  readonly queues = new Map<string, number>();
  /** By the ARN of the source, the latest first. */
  readonly moves: Move[] = [];
  /** Messages that move between two looks. */
  pace = Number.POSITIVE_INFINITY;
  /** Why the next move fails. @default it does not */
  failure: string | undefined;

  operation(action: string, request: Request): Operation {
    const input = json(request);
    const name = text(input.QueueName) || (text(input.QueueUrl) || text(input.SourceArn)).split(/[:/]/).at(-1) || "";
    const of = arn("sqs", name);
    const answers: Readonly<Record<string, () => unknown>> = {
      GetQueueUrl: () => ({ QueueUrl: `http://${request.headers.host}/${account}/${name}` }),
      GetQueueAttributes: () => ({
        Attributes: { QueueArn: of, ApproximateNumberOfMessages: String(this.queues.get(name)) },
      }),
      StartMessageMoveTask: () => this.start(of, this.queues.get(name) ?? 0),
      ListMessageMoveTasks: () => ({
        Results: this.movesOf(of, name).map((move) => ({ ...move })),
      }),
    };
    return {
      action: `sqs:${action}`,
      calls: [{ action: `sqs:${action}`, resource: of, context: {} }],
      answer: () => {
        const answer = answers[action];
        if (answer === undefined) throw new AwsError("InvalidAction", `no stand-in for ${action}`);
        if (!this.queues.has(name)) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
        return answer();
      },
    };
  }

  private start(SourceArn: string, count: number) {
    if (this.moves.some((move) => move.SourceArn === SourceArn && move.Status === "RUNNING"))
      throw new AwsError(
        "UnsupportedOperation",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    this.moves.unshift({
      SourceArn,
      ApproximateNumberOfMessagesToMove: count,
      ApproximateNumberOfMessagesMoved: 0,
      Status: this.failure === undefined ? "RUNNING" : "FAILED",
      ...(this.failure !== undefined && { FailureReason: this.failure }),
    });
    return { TaskHandle: Buffer.from(SourceArn).toString("base64") };
  }

  /** Each look finds that some more have moved. */
  private movesOf(of: string, name: string): readonly Move[] {
    const found = this.moves.filter(({ SourceArn }) => SourceArn === of);
    for (const move of found.filter(({ Status }) => Status === "RUNNING")) {
      const left = move.ApproximateNumberOfMessagesToMove - move.ApproximateNumberOfMessagesMoved;
      const moving = Math.min(left, this.pace);
      move.ApproximateNumberOfMessagesMoved += moving;
      this.queues.set(name, (this.queues.get(name) ?? 0) - moving);
      if (moving === left) move.Status = "COMPLETED";
    }
    return found;
  }
}
