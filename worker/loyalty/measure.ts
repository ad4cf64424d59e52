import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../../runtime/logger";
import { metrics } from "../../runtime/metrics";
import type { Producer } from "../../runtime/queue";
import type { OutboxRepository } from "./outbox-repository";

export interface MeasureOptions {
  readonly outbox: Pick<OutboxRepository, "overdue">;
  readonly producer: Pick<Producer, "backlog" | "isConnected">;
  readonly logger: Logger;
  /** Milliseconds from one measurement to the next; one lies in each of the clock's. @default 60000 */
  readonly interval?: number;
}

/** Milliseconds from `now` until the clock is next `moment` past a multiple of `interval`. */
export const untilMoment = (now: number, moment: number, interval: number) => interval - ((now - moment) % interval);

/**
 * Writes once a minute what waits, as metrics. Each worker writes the whole of it, one sample a minute, so that the number
 * of samples is the number of workers: constructs/worker-scaling.ts divides by it. A worker's second of the minute is its
 * own, far from the minute's ends, so that a late timer never leaves a minute without its sample or gives it two.
 */
export function startMeasuring({ outbox, producer, logger, interval = 60_000 }: MeasureOptions): {
  stop(): Promise<void>;
} {
  const stopping = new AbortController();
  const { signal } = stopping;
  const moment = interval * (0.2 + 0.6 * Math.random());

  async function measure(): Promise<void> {
    const { count, oldestSeconds } = await outbox.overdue();
    // While Redis is away, what it held is overdue in the outbox soon. What waits there long is in both: counted once.
    const waiting = producer.isConnected() ? await producer.backlog() : 0;
    const values = {
      backlog: [Math.max(waiting, count), "Count"],
      oldestUnawarded: [oldestSeconds, "Seconds"],
    } as const;
    logger.info(metrics(values), "measured");
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await delay(untilMoment(Date.now(), moment, interval), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await measure().catch((error: unknown) => logger.warn({ err: error }, "what waits cannot be measured now"));
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
