import { setTimeout as delay } from "node:timers/promises";
import { type Job, UnrecoverableError, Worker } from "bullmq";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { transactionQueue } from "../../contracts/loyalty";
import { coalesce } from "../../runtime/coalesce";
import type { Logger } from "../../runtime/logger";
import { Problem } from "../../runtime/problem";
import type { ConnectRedis } from "../../runtime/redis";
import * as z from "../../runtime/schema";
import type { AwardRepository, Delivery } from "./award-repository";
import type { DeadLetterRepository } from "./dead-letter-repository";
import { readPayload } from "./payload";

export interface ConsumerOptions {
  readonly connect: ConnectRedis;
  readonly awards: AwardRepository;
  readonly deadLetters: DeadLetterRepository;
  readonly logger: Logger;
  /** Jobs under way at once. */
  readonly concurrency: number;
}

export interface Consumer {
  /** Takes no further job, finishes those under way within 10 s, and closes its connections. */
  stop(): Promise<void>;
}

/**
 * A killed worker's jobs go to another one when their locks have run out, `lockDuration`, and the next check has noticed,
 * `stalledInterval`: within 4 s. BullMQ's defaults take 60 s.
 */
const recovery = {
  lockDuration: 3000,
  stalledInterval: 1000,
  // Every job of a killed worker counts as stalled; `startsAlone` below tells which of them is the poison message.
  maxStalledCount: 1000,
  // After an error of the connection; the default waits 15 s.
  runRetryDelay: 500,
};

/** Milliseconds that jobs under way get on stop(). */
const drain = 10_000;

/** How often a job may end its worker while it ran alone before it counts as a poison message. */
const maximumStartsAlone = 2;

const Progress = z.catch(z.object({ startsAlone: z.int() }), { startsAlone: 0 });

/**
 * Takes jobs and has their transactions awarded, those under way at the same time in one statement. A job that failed or
 * outlived its worker before runs alone, one after the other, so that it cannot take others down with it again.
 */
export function createConsumer({ connect, awards, deadLetters, logger, concurrency }: ConsumerOptions): Consumer {
  const stopping = new AbortController();
  const onError = (error: Error) => logger.warn({ err: error }, "queue error");

  // While the database is away, jobs wait here and spend no attempt: nothing is wrong with them.
  const databaseAway = handleWhen((error) => error instanceof Problem && error.status === 503);
  const patience = retry(databaseAway, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1000 }),
  });
  const patiently = <T>(work: () => Promise<T>): Promise<T> => patience.execute(work, stopping.signal);

  async function awardAll(deliveries: readonly Delivery[]): Promise<readonly boolean[]> {
    const known = await patiently(() => awards.award(deliveries));
    return deliveries.map(({ transactionId }) => known.has(transactionId));
  }
  const award = coalesce(awardAll, concurrency);
  const awardAlone = coalesce(async ([retried]: readonly { job: Job; delivery: Delivery }[]) => {
    if (retried === undefined) return [];
    const { startsAlone } = Progress.parse(retried.job.progress);
    if (startsAlone >= maximumStartsAlone)
      throw new UnrecoverableError(`ended its worker ${startsAlone} times while it ran alone`);
    await retried.job.updateProgress({ startsAlone: startsAlone + 1 });
    const known = await awardAll([retried.delivery]);
    // It came back, so it does not end its worker: at most, its attempts fail.
    await retried.job.updateProgress({ startsAlone: 0 });
    return known;
  }, 1);

  async function work(job: Job): Promise<void> {
    const delivery = { jobId: job.id ?? "", transactionId: readPayload(job.data) };
    const isRetried = job.attemptsMade > 0 || job.stalledCounter > 0;
    const known = await (isRetried ? awardAlone({ job, delivery }) : award(delivery));
    if (!known) throw new UnrecoverableError(`there is no transaction ${delivery.transactionId}`);
  }

  const connection = connect("consuming");
  connection.on("error", onError);
  const worker = new Worker(
    transactionQueue,
    async (job) => {
      try {
        await work(job);
      } catch (error) {
        const attempts = job.attemptsMade + 1;
        if (!(error instanceof UnrecoverableError) && attempts < (job.opts.attempts ?? 1)) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        const letter = { jobId: job.id ?? "", payload: JSON.stringify(job.data) ?? "null", reason, attempts };
        // Should this fail too, BullMQ drops the job, and the outbox brings it back.
        await patiently(() => deadLetters.add(letter));
        logger.error({ jobId: job.id, reason, attempts }, "dead-lettered");
      }
    },
    { connection, concurrency, ...recovery },
  );
  worker.on("error", onError);
  worker.on("stalled", (jobId) => logger.warn({ jobId }, "its worker went away; queued again"));
  worker.on("failed", (job, error) =>
    logger.warn({ jobId: job?.id, attempts: job?.attemptsMade, err: error }, "attempt failed"),
  );

  return {
    async stop() {
      stopping.abort();
      // Without Redis no job can be finished, and BullMQ would wait for it: what is under way goes to another worker.
      const away = connection.status !== "ready";
      await Promise.race([worker.close(away), delay(away ? 100 : drain, undefined, { ref: false })]);
      connection.disconnect();
    },
  };
}
