import { setTimeout as delay } from "node:timers/promises";
import { type Job, UnrecoverableError, Worker } from "bullmq";
import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { transactionQueue } from "../../contracts/loyalty";
import { coalesce } from "../../runtime/coalesce";
import type { Logger } from "../../runtime/logger";
import { metrics } from "../../runtime/metrics";
import { Problem } from "../../runtime/problem";
import { queueAttributes } from "../../runtime/queue";
import { type QueueServer, silence } from "../../runtime/redis";
import type { TraceHeaders, Tracing } from "../../runtime/tracing";
import type { AwardRepository } from "./award-repository";
import type { DeadLetterRepository } from "./dead-letter-repository";
import type { OutboxRepository } from "./outbox-repository";
import { readPayload } from "./payload";

export interface ConsumerOptions {
  readonly queue: QueueServer;
  readonly awards: AwardRepository;
  readonly outbox: Pick<OutboxRepository, "startAlone" | "fail">;
  readonly deadLetters: DeadLetterRepository;
  readonly logger: Logger;
  /** Makes each job that belongs to a trace a span of it. @default none is */
  readonly tracing?: Tracing | undefined;
  /** Jobs under way at once. */
  readonly concurrency: number;
  /** Failed awards after which a transaction is dead-lettered. @default 6, as often as a job is tried */
  readonly maximumFailures?: number;
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
  // Every job of a killed worker counts as stalled; the starts alone tell which of them is the poison message.
  maxStalledCount: 1000,
  // After an error of the connection; the default waits 15 s.
  runRetryDelay: 500,
  // Seconds of one wait for a job. BullMQ gives a connection up that is silent for a second more; the default is 5.
  drainDelay: 2,
};

/** Milliseconds that jobs under way get on stop(): less than the stop timeout of any task. */
export const drain = 10_000;

/** How often a job may end its worker while it ran alone before it counts as a poison message. */
const maximumStartsAlone = 2;

/** Characters of a job's id that are logged: ours have 36, and an id from Redis may be anything. */
const shownId = (id: string | undefined) => id?.slice(0, 100);

/** What an alarm watches; each line counts. */
const deadLetter = () => metrics({ deadLetters: [1, "Count"] });

class PoisonMessage extends Error {}

interface Item {
  /** Of the transaction. */
  readonly id: string;
  /** When its job was queued, as Redis has it: for the log alone. */
  readonly queuedAt: number;
  /** Of its job's span. */
  readonly trace?: TraceHeaders | undefined;
}

/**
 * Takes jobs and has their transactions awarded, those under way at the same time in one statement. A job that failed or
 * outlived its worker before runs alone, one after the other, so that it cannot take others down with it again.
 *
 * What is in Redis is not believed, since whoever reaches it can write there: of a job only the transaction that it names
 * counts, and how often that one failed or ended its worker is counted in its outbox row.
 */
export function createConsumer({
  queue,
  awards,
  outbox,
  deadLetters,
  logger,
  tracing,
  concurrency,
  maximumFailures = 6,
}: ConsumerOptions): Consumer {
  const stopping = new AbortController();
  const onError = (error: Error) => logger.warn({ err: error }, "queue error");

  // While the database is away, jobs wait here and spend no attempt: nothing is wrong with them.
  const databaseAway = handleWhen((error) => error instanceof Problem && error.status === 503);
  const patience = retry(databaseAway, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1000 }),
  });
  const patiently = <T>(work: () => Promise<T>): Promise<T> => patience.execute(work, stopping.signal);

  /** Resolves with which of these transactions exist. */
  async function awardAll(items: readonly Item[]): Promise<readonly boolean[]> {
    const began = performance.now();
    const [first] = items;
    const awardThem = () => patiently(() => awards.award(items.map(({ id }) => id)));
    // A statement for several jobs counts as the first one's.
    const known = await (tracing === undefined ? awardThem() : tracing.under(first?.trace ?? {}, awardThem));
    const processed = items.filter(({ id }) => known.has(id));
    if (processed.length > 0) {
      const jobs = processed.map(({ id }) => id);
      const queuedAt = processed.map((item) => item.queuedAt);
      const milliseconds = Math.round((performance.now() - began) * 100) / 100;
      const awarded = [...known.values()].filter(Boolean).length;
      const measured = metrics({ awarded: [awarded, "Count"] });
      logger.info(
        { queue: transactionQueue, count: jobs.length, jobs, queuedAt, milliseconds, ...measured },
        "processed",
      );
    }
    return items.map(({ id }) => known.has(id));
  }
  const award = coalesce(awardAll, concurrency);
  const awardAlone = coalesce(async (items: readonly Item[]) => {
    for (const { id } of items) {
      const starts = (await patiently(() => outbox.startAlone(id))) ?? 0;
      if (starts > maximumStartsAlone)
        throw new PoisonMessage(`ended its worker ${maximumStartsAlone} times while it ran alone`);
    }
    return awardAll(items);
  }, 1);

  /** Whether the job is to be tried again. */
  async function failed(transactionId: string, error: Error): Promise<boolean> {
    const failures = await patiently(() => outbox.fail(transactionId));
    const isGivenUp = error instanceof PoisonMessage || (failures ?? 0) >= maximumFailures;
    if (isGivenUp) {
      await patiently(() => deadLetters.move(transactionId, error.message));
      logger.error({ transactionId, reason: error.message, failures, ...deadLetter() }, "dead-lettered");
    }
    // Without an outbox row it is awarded or given up already.
    return failures !== undefined && !isGivenUp;
  }

  async function work(job: Job): Promise<void> {
    const id = readPayload(job.data);
    const isRetried = job.attemptsMade > 0 || job.stalledCounter > 0;
    let known: boolean;
    try {
      const item = { id, queuedAt: job.timestamp, trace: tracing?.current() };
      known = await (isRetried ? awardAlone(item) : award(item));
    } catch (error) {
      // A worker that stops gives its jobs back.
      if (stopping.signal.aborted || (await failed(id, asError(error)))) throw error;
      return;
    }
    if (!known) throw new UnrecoverableError(`there is no transaction ${id}`);
  }

  /** A span around the work at a job, in the trace that the job names; what is no trace's has none. */
  function traced(job: Job, run: () => Promise<void>): Promise<void> {
    const traceparent = job.opts.telemetry?.metadata;
    if (tracing === undefined || traceparent === undefined) return run();
    const attributes = queueAttributes(transactionQueue, shownId(job.id) ?? "", "process");
    return tracing.around(
      { name: `process ${transactionQueue}`, kind: "CONSUMER", attributes, parent: { traceparent } },
      run,
    );
  }

  const connection = queue.connect("consuming");
  connection.on("error", onError);
  const worker = new Worker(
    transactionQueue,
    async (job) => {
      try {
        await traced(job, () => work(job));
      } catch (error) {
        if (!(error instanceof UnrecoverableError)) throw error;
        const letter = {
          jobId: job.id ?? "",
          payload: JSON.stringify(job.data) ?? "null",
          reason: error.message,
        };
        await patiently(() => deadLetters.add(letter));
        logger.error({ jobId: shownId(job.id), reason: letter.reason, ...deadLetter() }, "dead-lettered");
      }
    },
    { connection, prefix: queue.prefix, concurrency, ...recovery },
  );
  // The connection that waits for jobs is another one, which BullMQ has made of this one by now.
  connection.options.socketTimeout = silence;
  worker.on("error", onError);
  worker.on("stalled", (jobId) => logger.warn({ jobId: shownId(jobId) }, "its worker went away; queued again"));
  worker.on("failed", (job, error) =>
    logger.warn({ jobId: shownId(job?.id), attempts: job?.attemptsMade, err: error }, "attempt failed"),
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

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
