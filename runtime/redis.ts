import { Redis } from "ioredis";
import * as z from "./schema";
import { resource } from "./service";

/**
 * Opens a connection that comes back within half a second of its server.
 * @param purpose `answering`: commands fail at once while the server is away; `consuming`: they wait for it.
 */
export type ConnectRedis = (purpose: "answering" | "consuming") => Redis;

/** Connects to one server; whoever connects closes. */
export const connectRedis =
  (url: string): ConnectRedis =>
  (purpose) =>
    new Redis(url, {
      maxRetriesPerRequest: purpose === "consuming" ? null : 0,
      // A server that hangs counts as away; a request asks it three times, and must answer within 2 s.
      ...(purpose === "answering" && { commandTimeout: 400 }),
      enableOfflineQueue: purpose === "consuming",
      // Jitter, so that processes that lost the server together do not return together.
      retryStrategy: (attempt) => Math.min(50 * attempt, 300) + Math.random() * 200,
    });

/** The resource `queue`: connections to Redis, for queues and rate limits. */
export const queue = resource(
  z.object({ REDIS_URL: z.url({ protocol: /^rediss?$/ }).check(z.describe("Redis: queues and rate limits")) }),
  ({ REDIS_URL }) => connectRedis(REDIS_URL),
);
