import { deadLetters, replay } from "../../contracts/dead-letters";
import type { Queries } from "../../runtime/database";
import type { ControlClient } from "../control-client";
import type { Queues } from "../router/queues";
import type { QueuesView } from "./views";

/** Seconds that a rate is of. */
const window = 10;
/** Letters that a page shows. */
const mostLetters = 100;

export interface QueuesSources {
  readonly queues: Queues | undefined;
  readonly database: Queries | undefined;
  readonly control: ControlClient | undefined;
}

export async function viewQueues({ queues, database, control }: QueuesSources): Promise<QueuesView> {
  const [found, processed, letters] = await Promise.all([
    queues?.find() ?? [],
    control?.processed(window).catch(() => undefined),
    database && deadLetters(database).catch(() => undefined),
  ]);
  const now = Date.now();
  return {
    queues: await Promise.all(
      found.map(async (queue) => {
        const [counts, [first]] = await Promise.all([
          queue.getJobCounts("waiting", "active", "delayed", "failed").catch(() => undefined),
          queue.getWaiting(0, 0).catch(() => []),
        ]);
        return {
          name: queue.name,
          product: queue.opts.prefix ?? "",
          ...(counts && { counts }),
          perSecond: (processed?.[queue.name] ?? 0) / window,
          ...(first && { oldest: Math.max(0, now - first.timestamp) }),
        };
      }),
    ),
    ...(letters && { deadLetters: letters.slice(-mostLetters).reverse() }),
  };
}

/** Puts dead letters back to the outbox, from which a worker queues them. Throws `Failure` for those that cannot be. */
export const replayLetters = (database: Queries, ids: readonly number[] | "all"): Promise<number> =>
  replay(database, ids);
