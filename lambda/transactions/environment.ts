import * as z from "zod";
import { DatabaseEnvironment } from "../../runtime/database";
import { LogLevel } from "../../runtime/logger";
import { jwtSecret } from "../../runtime/token";

export const Environment = z.intersection(
  DatabaseEnvironment,
  z.object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535).describe("Port to listen on"),
    HTTP_HOST: z
      .string()
      .default("127.0.0.1")
      .describe("Address to listen on: this machine alone, or 0.0.0.0 where a container is the boundary"),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe("Redis: the queue of accepted transactions"),
    JWT_SECRET: jwtSecret.describe("Checks tokens; the same as in the Auth API; at least 32 bytes"),
    JWT_SECRET_PREVIOUS: jwtSecret
      .optional()
      .describe("The secret before, still accepted while a rotation is under way; at least 32 bytes"),
    OUTBOX_GRACE_SECONDS: z.coerce
      .number()
      .min(0)
      .default(5)
      .describe("Seconds that an accepted transaction may wait for its award before a worker queues it again"),
    LOG_LEVEL: LogLevel,
  }),
);
export type Environment = z.infer<typeof Environment>;
