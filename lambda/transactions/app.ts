import { tokenContract, transactionQueue } from "../../contracts/loyalty";
import { database } from "../../runtime/database";
import { metrics } from "../../runtime/metrics";
import { plainForm } from "../../runtime/plain-error";
import { createProducer, type QueuedJob } from "../../runtime/queue";
import { queue } from "../../runtime/redis";
import * as z from "../../runtime/schema";
import { httpService } from "../../runtime/service";
import { createTokens, jwt } from "../../runtime/token";
import { balanceRepository } from "./balance-repository";
import { addOperations } from "./operations";
import { transactionRepository } from "./transaction-repository";
import { createUserLimit } from "./user-limit";

export default httpService({
  name: "transactions",
  description: "Accepts transactions and shows what they earned",
  uses: { database, queue, jwt },
  variables: {
    REQUESTS_PER_USER: z
      .optional(z.coerce.number().check(z.int(), z.minimum(1)))
      .check(z.describe("Requests of one user in a minute, before they are answered 429")),
    OUTBOX_GRACE_SECONDS: z
      ._default(z.coerce.number().check(z.minimum(0)), 5)
      .check(z.describe("Seconds that an accepted transaction may wait for its award before a worker queues it again")),
  },
  form: plainForm,
  create({ api, database, queue, jwt, variables, logger, tracing, onStop }) {
    const onError = (error: Error) => logger.warn({ err: error }, "Redis is away; transactions wait in the outbox");
    const producer = createProducer(queue, transactionQueue, onError, tracing);
    onStop(producer.close);
    /** Not awaited by any request: what does not reach Redis is in the outbox, and a worker queues it. */
    const enqueue = (jobs: readonly QueuedJob[]): void => {
      logger.info(metrics({ accepted: [jobs.length, "Count"] }), "accepted");
      producer
        .enqueue(jobs)
        .catch((error: unknown) => logger.warn({ err: error, count: jobs.length }, "left to the outbox"));
    };
    addOperations(api, {
      transactions: transactionRepository(database, variables.OUTBOX_GRACE_SECONDS, enqueue, tracing),
      balances: balanceRepository(database),
      tokens: createTokens({ keys: jwt, ...tokenContract }),
      limit: createUserLimit(variables.REQUESTS_PER_USER),
    });
  },
});
