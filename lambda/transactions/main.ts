import { createDatabase } from "../../runtime/database";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal, serve } from "../../runtime/http-server";
import { createLogger } from "../../runtime/logger";
import { createTransactionProducer, payloadOf } from "../../runtime/queue";
import { createTokens } from "../../runtime/token";
import { createApp } from "./app";
import { balanceRepository } from "./balance-repository";
import { Environment } from "./environment";
import { transactionRepository } from "./transaction-repository";

const environment = parseEnvironment(Environment, process.env);
const logger = createLogger({ service: "transactions", level: environment.LOG_LEVEL });
const database = createDatabase(environment, logger);
const producer = createTransactionProducer(environment.REDIS_URL, (error) =>
  logger.warn({ err: error }, "Redis is away; transactions wait in the outbox"),
);

/** Not awaited by any request: what does not reach Redis stands in the outbox, and a worker queues it. */
function enqueue(ids: readonly string[]): void {
  producer
    .enqueue(ids.map((id) => ({ id, payload: payloadOf(id) })))
    .catch((error: unknown) => logger.warn({ err: error, count: ids.length }, "left to the outbox"));
}

const server = await serve(
  createApp({
    transactions: transactionRepository(database, environment.OUTBOX_GRACE_SECONDS, enqueue),
    balances: balanceRepository(database),
    tokens: createTokens({ secret: environment.JWT_SECRET, previousSecret: environment.JWT_SECRET_PREVIOUS }),
    logger,
    ready: () => database.query("SELECT 1"),
  }),
  {
    port: environment.HTTP_PORT,
    host: environment.HTTP_HOST,
    async close() {
      await producer.close();
      await database.close();
    },
  },
);
logger.info({ port: server.port }, "listening");
exitOnSignal(() => server.stop());
