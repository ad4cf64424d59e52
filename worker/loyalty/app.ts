import { transactionQueue } from "../../contracts/loyalty";
import { database } from "../../runtime/database";
import { createProducer } from "../../runtime/queue";
import { queue } from "../../runtime/redis";
import * as z from "../../runtime/schema";
import { workerService } from "../../runtime/service";
import { awardRepository } from "./award-repository";
import { createConsumer } from "./consumer";
import { deadLetterRepository } from "./dead-letter-repository";
import { startMeasuring } from "./measure";
import { outboxRepository } from "./outbox-repository";
import { startRelay } from "./relay";

const count = () => z.coerce.number().check(z.int(), z.minimum(1));

export default workerService({
  name: "loyalty",
  description: "Awards stamps and vouchers for transactions",
  uses: { database, queue },
  variables: {
    STAMP_MINIMUM_AMOUNT: z._default(count(), 100).check(z.describe("Least amount that earns a stamp, in minor units")),
    STAMPS_PER_VOUCHER: z._default(count(), 10).check(z.describe("Stamps that earn a voucher")),
    CONCURRENCY: z
      ._default(count().check(z.maximum(1000)), 200)
      .check(z.describe("Jobs that one worker has under way")),
    OUTBOX_GRACE_SECONDS: z
      ._default(z.coerce.number().check(z.minimum(0)), 5)
      .check(
        z.describe("Seconds before a transaction that was queued again and still has no award is queued once more"),
      ),
  },
  start({ database, queue, variables, logger, tracing, onStop }) {
    const onError = (error: Error) => logger.warn({ err: error }, "Redis is away; transactions wait in the outbox");
    const producer = createProducer(queue, transactionQueue, onError, tracing);
    onStop(producer.close);
    const outbox = outboxRepository(database);
    const consumer = createConsumer({
      queue,
      outbox,
      awards: awardRepository(database, {
        stampMinimumAmount: variables.STAMP_MINIMUM_AMOUNT,
        stampsPerVoucher: variables.STAMPS_PER_VOUCHER,
      }),
      deadLetters: deadLetterRepository(database),
      logger,
      tracing,
      concurrency: variables.CONCURRENCY,
    });
    const relay = startRelay({
      outbox,
      producer,
      logger,
      graceSeconds: variables.OUTBOX_GRACE_SECONDS,
    });
    const measuring = startMeasuring({ outbox, producer, logger });
    onStop(() => Promise.all([consumer.stop(), relay.stop(), measuring.stop()]));
  },
});
