import { AwsError, arn, json, type Operation, type Request, text } from "./call";

/** CloudWatch Logs: streams that grow; a page holds two lines. */
export class Logs {
  private readonly streams = new Map<string, string[]>();
  /** Looks for which a stream does not exist yet, though lines were written to it. */
  late = 0;

  append(group: string, stream: string, lines: readonly string[]): void {
    const name = `${group}:${stream}`;
    this.streams.set(name, [...(this.streams.get(name) ?? []), ...lines]);
  }

  operation(action: string, request: Request): Operation {
    const input = json(request);
    const [group, stream] = [text(input.logGroupName), text(input.logStreamName)];
    const resource = arn("logs", `log-group:${group}:log-stream:${stream}`);
    return {
      action: `logs:${action}`,
      calls: [{ action: `logs:${action}`, resource, context: {} }],
      answer: () => this.page(`${group}:${stream}`, Number(text(input.nextToken).slice(2) || 0)),
    };
  }

  private page(name: string, from: number) {
    const lines = this.streams.get(name);
    if (lines === undefined || this.late > 0) {
      this.late -= 1;
      throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    }
    const events = lines.slice(from, from + 2).map((message) => ({ message: `${message}\n`, timestamp: 0 }));
    return { events, nextForwardToken: `f/${from + events.length}`, nextBackwardToken: "b/0" };
  }
}
