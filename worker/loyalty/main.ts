import { createDatabase } from "../../runtime/database";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal } from "../../runtime/http-server";
import { createLogger } from "../../runtime/logger";
import { createTransactionProducer } from "../../runtime/queue";
import { awardRepository } from "./award-repository";
import { createConsumer } from "./consumer";
import { deadLetterRepository } from "./dead-letter-repository";
import { Environment } from "./environment";
import { outboxRepository } from "./outbox-repository";
import { startRelay } from "./relay";

const environment = parseEnvironment(Environment, process.env);
const logger = createLogger({ service: "loyalty", level: environment.LOG_LEVEL });
const database = createDatabase(environment, logger);
const producer = createTransactionProducer(environment.REDIS_URL, (error) =>
  logger.warn({ err: error }, "Redis is away; transactions wait in the outbox"),
);

const consumer = createConsumer({
  redisUrl: environment.REDIS_URL,
  awards: awardRepository(database, {
    stampMinimumAmount: environment.STAMP_MINIMUM_AMOUNT,
    stampsPerVoucher: environment.STAMPS_PER_VOUCHER,
  }),
  deadLetters: deadLetterRepository(database),
  logger,
  concurrency: environment.CONCURRENCY,
});
const relay = startRelay({
  outbox: outboxRepository(database),
  producer,
  logger,
  graceSeconds: environment.OUTBOX_GRACE_SECONDS,
});
logger.info("consuming");
// A supervisor that started this process with a channel to it waits for this word.
process.send?.("ready");

exitOnSignal(async () => {
  await Promise.all([consumer.stop(), relay.stop()]);
  await producer.close();
  await database.close();
});
