import { type JobsOptions, Queue } from "bullmq";
import { type QueueServer, silence } from "./redis";
import type { OpenSpan, Tracing } from "./tracing";

/**
 * Redis keeps jobs only while they are under way: what a job was for is kept in PostgreSQL, in the outbox until it is
 * done and among the dead letters when it cannot be. Six attempts, 0.25 s doubled each time, span some 8 s.
 */
const jobOptions = {
  attempts: 6,
  backoff: { type: "exponential", delay: 250, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: true,
} as const satisfies JobsOptions;

/** A job to add: an id, unique among the jobs under way, and its payload as JSON text. */
export interface QueuedJob {
  readonly id: string;
  readonly payload: string;
  /** Trace context of the request that it is for (https://www.w3.org/TR/trace-context/). @default none */
  readonly traceparent?: string | undefined;
}

export interface Producer {
  /** Adds jobs in one round trip; one whose id is already queued is left as it is. Rejects at once when Redis is away. */
  enqueue(jobs: readonly QueuedJob[]): Promise<void>;
  /** How many jobs wait to be taken. */
  backlog(): Promise<number>;
  isConnected(): boolean;
  close(): Promise<void>;
}

/** What the span of a job says of its queue. */
export const queueAttributes = (queue: string, job: string, operation: "send" | "process") => ({
  "messaging.system": "bullmq",
  "messaging.destination.name": queue,
  "messaging.message.id": job,
  "messaging.operation.name": operation,
  "messaging.operation.type": operation,
});

/**
 * The writing end of the queue called `name`. `onError` hears of lost connections; they heal by themselves. With
 * `tracing`, each job of a request that is traced has a span, and carries its context where BullMQ keeps it.
 */
export function createProducer(
  { connect, prefix }: QueueServer,
  name: string,
  onError: (error: Error) => void,
  tracing?: Tracing,
): Producer {
  // BullMQ waits for its connection on start; a producer that waits would hold every caller while Redis is away.
  const connection = connect("consuming");
  connection.options.maxRetriesPerRequest = 0;
  connection.options.socketTimeout = silence;
  connection.on("error", onError);
  const queue = new Queue(name, { connection, prefix, defaultJobOptions: jobOptions });
  queue.on("error", onError);
  const spanOf = ({ id, traceparent }: QueuedJob) =>
    traceparent === undefined
      ? undefined
      : tracing?.begin({
          name: `send ${name}`,
          kind: "PRODUCER",
          attributes: queueAttributes(name, id, "send"),
          parent: { traceparent },
        });
  return {
    backlog: () => queue.getWaitingCount(),
    isConnected: () => connection.status === "ready",
    async enqueue(jobs) {
      if (connection.status !== "ready") throw new Error(`Redis is not connected (${connection.status})`);
      const spans = jobs.map((job) => spanOf(job));
      const added = queue.addBulk(
        jobs.map(({ id, payload }, index) => ({
          name,
          data: JSON.parse(payload),
          opts: { jobId: id, ...telemetryOf(spans[index]) },
        })),
      );
      await added.finally(() => {
        for (const span of spans) span?.end();
      });
    },
    async close() {
      // BullMQ's own close waits for a server that is away.
      if (connection.status === "ready") await queue.close();
      connection.disconnect();
    },
  };
}

const telemetryOf = (span: OpenSpan | undefined) =>
  span?.headers.traceparent === undefined ? {} : { telemetry: { metadata: span.headers.traceparent } };
