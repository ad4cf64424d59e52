import { createDatabase } from "../../../runtime/database";
import { exitOnSignal } from "../../../runtime/http-server";
import { createLogger } from "../../../runtime/logger";
import { connectRedis } from "../../../runtime/redis";
import { awardRepository } from "../../../worker/loyalty/award-repository";
import { createConsumer } from "../../../worker/loyalty/consumer";
import { deadLetterRepository } from "../../../worker/loyalty/dead-letter-repository";
import { outboxRepository } from "../../../worker/loyalty/outbox-repository";

const { DATABASE_URL = "", REDIS_URL = "", REDIS_PREFIX = "", DEADLY_TRANSACTION } = process.env;
const logger = createLogger({ service: "loyalty" });
const database = createDatabase({ DATABASE_URL, DATABASE_POOL_SIZE: 5 }, logger);
const awards = awardRepository(database, { stampMinimumAmount: 100, stampsPerVoucher: 10 });

/** The loyalty worker, but one transaction kills its process. */
const consumer = createConsumer({
  queue: { connect: connectRedis(REDIS_URL), prefix: REDIS_PREFIX },
  awards: {
    award(transactionIds) {
      if (transactionIds.some((id) => id === DEADLY_TRANSACTION)) process.kill(process.pid, "SIGKILL");
      return awards.award(transactionIds);
    },
  },
  outbox: outboxRepository(database),
  deadLetters: deadLetterRepository(database),
  logger,
  concurrency: 50,
});
logger.info("consuming");
exitOnSignal(async () => {
  await consumer.stop();
  await database.close();
});
