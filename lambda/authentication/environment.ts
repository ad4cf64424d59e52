import * as z from "zod";
import { DatabaseEnvironment } from "../../runtime/database";
import { LogLevel } from "../../runtime/logger";
import { jwtSecret } from "../../runtime/token";

const count = z.coerce.number().int().min(1);

export const Environment = z.intersection(
  DatabaseEnvironment,
  z.object({
    HTTP_PORT: z.coerce.number().int().min(0).max(65_535).describe("Port to listen on"),
    HTTP_HOST: z
      .string()
      .default("127.0.0.1")
      .describe("Address to listen on: this machine alone, or 0.0.0.0 where a container is the boundary"),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe("Redis: counts attempts"),
    JWT_SECRET: jwtSecret.describe("Signs tokens; the same in the Transaction API; at least 32 bytes"),
    ATTEMPTS_PER_USER: count.default(20).describe("Failed attempts on one username in a window"),
    ATTEMPTS_PER_ADDRESS: count.default(100).describe("Failed attempts from one address in a window"),
    ATTEMPTS_WINDOW_SECONDS: count.default(60).describe("Length of the window, in seconds"),
    TRUSTED_PROXIES: z
      .string()
      .default("127.0.0.1,::1")
      .describe("Addresses, with commas between, whose X-Forwarded-For is believed"),
    LOG_LEVEL: LogLevel,
  }),
);
export type Environment = z.infer<typeof Environment>;
