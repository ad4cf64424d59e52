import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { takeOne } from "../../runtime/rate-limit";

export interface AttemptLimits {
  /** Failed attempts on one username within a window. */
  readonly perUser: number;
  /** Failed attempts from one address within a window. */
  readonly perAddress: number;
  readonly windowSeconds: number;
}

export interface AttemptLimit {
  /** Counts an attempt before it is made, so that none slips past while others run. Throws 429 with Retry-After. */
  take(username: string, address: string): Promise<void>;
  /** Takes back an attempt that turned out right. */
  giveBack(username: string, address: string): Promise<void>;
}

/**
 * Limits attempts by username, whoever asks, and by address, whomever it tries. Counts stand in Redis, each changed by one
 * atomic script; while Redis is away, every process counts in its own memory, so guessing stays limited and nobody is
 * locked out.
 *
 * @param prefix what every key begins with
 */
export function createAttemptLimit(
  redis: Redis,
  prefix: string,
  { perUser, perAddress, windowSeconds }: AttemptLimits,
): AttemptLimit {
  const limiter = (keyPrefix: string, points: number) =>
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `${prefix}:attempts:${keyPrefix}`,
      points,
      duration: windowSeconds,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ points, duration: windowSeconds }),
    });
  const addresses = limiter("address", perAddress);
  const users = limiter("user", perUser);

  return {
    async take(username, address) {
      await takeOne(addresses, address, "attempts");
      await takeOne(users, username, "attempts");
    },
    async giveBack(username, address) {
      await Promise.all([addresses.reward(address), users.reward(username)]);
    },
  };
}
