import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../../runtime/logger";
import type { Producer } from "../../runtime/queue";
import type { OutboxRepository } from "./outbox-repository";

export interface RelayOptions {
  readonly outbox: Pick<OutboxRepository, "claimDue">;
  readonly producer: Producer;
  readonly logger: Logger;
  /** Seconds before a job that was queued again becomes due once more. */
  readonly graceSeconds: number;
  /** Milliseconds between looks at the outbox. @default 1000 */
  readonly interval?: number;
}

/** Jobs queued in one round trip. */
const batch = 1000;

/**
 * Whether another job, which somebody put into Redis under this id, may keep the transaction's own job out: Redis adds no
 * second job of one id. One that was queued again twice, or eight times where many jobs wait before it, gets a new id;
 * that it may then be delivered twice does no harm.
 */
const isHidden = (relayed: number, backlog: number) => relayed >= (backlog < batch ? 3 : 9);

/**
 * Queues again what the outbox says is due: transactions whose API process died before it queued them, and those that
 * Redis lost. It runs in every worker, since without a worker nothing would become of them anyway.
 */
export function startRelay({ outbox, producer, logger, graceSeconds, interval = 1000 }: RelayOptions): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();

  /** Resolves with whether there may be more. */
  async function relay(): Promise<boolean> {
    // Not claimed while they cannot be queued: each claim puts off the next.
    if (!producer.isConnected()) return false;
    const jobs = await outbox.claimDue(batch, graceSeconds);
    if (jobs.length === 0) return false;
    const backlog = await producer.backlog();
    await producer.enqueue(
      jobs.map(({ id, payload, relayed, traceparent }) => ({
        id: isHidden(relayed, backlog) ? `${id}-${randomUUID()}` : id,
        payload,
        traceparent,
      })),
    );
    logger.info({ count: jobs.length }, "queued from the outbox");
    return jobs.length === batch;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await relay().catch((error: unknown) => {
        logger.warn({ err: error }, "the relay will try again");
        return false;
      });
      if (!more) await delay(interval, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
