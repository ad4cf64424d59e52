import { type JobsOptions, Queue } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";

/** Name of the queue between the Transaction API and the loyalty workers. */
export const transactionQueue = "loyalty-transactions";

/** The version of `transactionPayload`; a worker dead-letters those that it does not know. */
export const payloadVersion = 1;

/**
 * What a job carries: a reference, never an amount. The transaction itself stands in PostgreSQL, so whoever can write to
 * Redis can at most have a real transaction awarded, which happens once.
 */
export const transactionPayload = z.strictObject({
  version: z.literal(payloadVersion),
  transaction_id: z.uuid(),
});

/** The payload, as text, of a transaction's job. */
export const payloadOf = (transactionId: string): string =>
  JSON.stringify({ version: payloadVersion, transaction_id: transactionId });

/**
 * Redis keeps jobs only while they are under way: what a job was for stands in PostgreSQL, in the outbox until it is
 * awarded and among the dead letters when it cannot be. Six attempts, 0.25 s doubled each time, span some 8 s.
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
}

export interface TransactionProducer {
  /** Adds jobs in one round trip; one whose id is already queued is left as it is. Rejects at once when Redis is away. */
  enqueue(jobs: readonly QueuedJob[]): Promise<void>;
  isConnected(): boolean;
  close(): Promise<void>;
}

/**
 * A connection that comes back within half a second of its server.
 * @param purpose `answering`: commands fail at once while the server is away; `consuming`: they wait for it.
 */
export function connectRedis(url: string, purpose: "answering" | "consuming"): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: purpose === "consuming" ? null : 0,
    enableOfflineQueue: purpose === "consuming",
    // Jitter, so that processes that lost the server together do not return together.
    retryStrategy: (attempt) => Math.min(50 * attempt, 300) + Math.random() * 200,
  });
}

/** The writing end of the queue. `onError` hears of lost connections; they heal by themselves. */
export function createTransactionProducer(url: string, onError: (error: Error) => void): TransactionProducer {
  // BullMQ waits for its connection on start; a producer that waits would hold every caller while Redis is away.
  const connection = connectRedis(url, "consuming");
  connection.options.maxRetriesPerRequest = 0;
  connection.on("error", onError);
  const queue = new Queue(transactionQueue, { connection, defaultJobOptions: jobOptions });
  queue.on("error", onError);
  return {
    isConnected: () => connection.status === "ready",
    async enqueue(jobs) {
      if (connection.status !== "ready") throw new Error(`Redis is not connected (${connection.status})`);
      await queue.addBulk(
        jobs.map(({ id, payload }) => ({ name: "transaction", data: JSON.parse(payload), opts: { jobId: id } })),
      );
    },
    async close() {
      // BullMQ's own close waits for a server that is away.
      if (connection.status === "ready") await queue.close();
      connection.disconnect();
    },
  };
}
