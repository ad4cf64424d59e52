import { createDatabase } from "../../runtime/database";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal, serve } from "../../runtime/http-server";
import { createLogger } from "../../runtime/logger";
import { connectRedis } from "../../runtime/queue";
import { createTokens } from "../../runtime/token";
import { createApp } from "./app";
import { createAttemptLimit } from "./attempt-limit";
import { clientAddress } from "./client-address";
import { Environment } from "./environment";
import { createPasswords } from "./password";
import { userRepository } from "./user-repository";

const environment = parseEnvironment(Environment, process.env);
const logger = createLogger({ service: "authentication", level: environment.LOG_LEVEL });
const database = createDatabase(environment, logger);
const redis = connectRedis(environment.REDIS_URL, "answering");
redis.on("error", (error) => logger.warn({ err: error }, "Redis is away; attempts are counted in memory"));

const server = await serve(
  createApp({
    users: userRepository(database),
    passwords: await createPasswords(),
    attempts: createAttemptLimit(redis, {
      perUser: environment.ATTEMPTS_PER_USER,
      perAddress: environment.ATTEMPTS_PER_ADDRESS,
      windowSeconds: environment.ATTEMPTS_WINDOW_SECONDS,
    }),
    tokens: createTokens({ secret: environment.JWT_SECRET }),
    clientAddress: clientAddress(environment.TRUSTED_PROXIES.split(",")),
    logger,
    ready: () => database.query("SELECT 1"),
  }),
  {
    port: environment.HTTP_PORT,
    host: environment.HTTP_HOST,
    async close() {
      redis.disconnect();
      await database.close();
    },
  },
);
logger.info({ port: server.port }, "listening");
exitOnSignal(() => server.stop());
