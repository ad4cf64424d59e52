import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { Problem } from "../../runtime/problem";
import { takeOne } from "../../runtime/rate-limit";

export interface AttemptLimits {
  /** Failed attempts on one username within a window. */
  readonly perUser: number;
  /** Failed attempts from one address within a window. */
  readonly perAddress: number;
  readonly windowSeconds: number;
}

/** Takes an attempt back: it turned out right, or nobody knows. */
export type GiveBack = () => Promise<void>;

export interface AttemptLimit {
  /** Counts an attempt before it is made, so that none slips past while others run. Throws 429 with Retry-After. */
  take(username: string, address: string): Promise<GiveBack>;
}

/**
 * Limits attempts by username, whoever asks, and by address, whomever it tries. Counts stand in Redis, each changed by one
 * atomic script; while Redis is away or hangs, every process counts in its own memory, so guessing stays limited and nobody
 * is locked out. An attempt is given back where it was counted: neither an outage nor its end adds one or frees one.
 *
 * @param prefix what every key begins with
 */
export function createAttemptLimit(
  redis: Redis,
  prefix: string,
  { perUser, perAddress, windowSeconds }: AttemptLimits,
): AttemptLimit {
  const takeFrom = (name: string, points: number) => {
    const keyPrefix = `${prefix}:attempts:${name}`;
    const limits = { points, duration: windowSeconds };
    const shared = new RateLimiterRedis({ storeClient: redis, keyPrefix, rejectIfRedisNotReady: true, ...limits });
    const own = new RateLimiterMemory(limits);
    return async (key: string): Promise<GiveBack> => {
      try {
        await takeOne(shared, key, "attempts");
        return () => giveBack(shared, key);
      } catch (error) {
        if (error instanceof Problem) throw error;
        // A Redis that hangs does later what it was told: it is told at once that this one does not count.
        if (redis.status === "ready") void giveBack(shared, key);
        await takeOne(own, key, "attempts");
        return async () => {
          await own.reward(key);
        };
      }
    };
  };
  const takeAddress = takeFrom("address", perAddress);
  const takeUser = takeFrom("user", perUser);

  return {
    async take(username, address) {
      const all = [await takeAddress(address), await takeUser(username)];
      return async () => {
        await Promise.all(all.map((giveBack) => giveBack()));
      };
    },
  };
}

/** What Redis does not hear of any more ends with its window. */
async function giveBack(limiter: RateLimiterRedis, key: string): Promise<void> {
  await limiter.reward(key).catch(() => undefined);
}
