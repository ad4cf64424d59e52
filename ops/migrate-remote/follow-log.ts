import {
  type CloudWatchLogsClient,
  GetLogEventsCommand,
  type GetLogEventsCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";

export interface LogPlace {
  readonly group: string;
  readonly stream: string;
}

/** Reads a log stream from its start, each line once. */
export class LogFollower {
  private token: string | undefined;

  constructor(
    private readonly logs: CloudWatchLogsClient,
    private readonly place: LogPlace,
    private readonly write: (line: string) => void,
  ) {}

  /** Writes what is new. Returns whether there was any; a stream that does not exist yet has none. */
  async read(): Promise<boolean> {
    let found = false;
    for (;;) {
      const { events = [], nextForwardToken } = await this.page();
      for (const { message = "" } of events) this.write(message.replace(/\r?\n$/, ""));
      found ||= events.length > 0;
      // A page may be empty in the middle of a stream; the end is where the token stays.
      // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
      if (nextForwardToken === undefined || nextForwardToken === this.token) return found;
      this.token = nextForwardToken;
    }
  }

  private async page(): Promise<Pick<GetLogEventsCommandOutput, "events" | "nextForwardToken">> {
    const { group: logGroupName, stream: logStreamName } = this.place;
    const position = this.token === undefined ? {} : { nextToken: this.token };
    try {
      return await this.logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, ...position }),
      );
    } catch (error) {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return {};
      throw error;
    }
  }
}
