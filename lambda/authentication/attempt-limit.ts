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
 * is locked out. An attempt is given back where it was counted, after a lost connection on the next one: no outage adds one.
 *
 * @param prefix what every key begins with
 */
export function createAttemptLimit(
  redis: Redis,
  prefix: string,
  { perUser, perAddress, windowSeconds }: AttemptLimits,
): AttemptLimit {
  /** What could not be given back for want of a connection. */
  const owed: (() => Promise<void>)[] = [];
  redis.on("ready", () => {
    for (const payBack of owed.splice(0)) void payBack();
  });

  async function giveBack(limiter: RateLimiterRedis, key: string, until: number): Promise<void> {
    try {
      await limiter.reward(key);
    } catch (error) {
      // A Redis that hangs has been told. What it does not hear of any more ends with its window.
      if (isTimeout(error) || Date.now() >= until) return;
      owed.push(async () => {
        // Another server may not know of it, and nobody is to have attempts to spare.
        const known = await limiter.get(key).catch(() => null);
        if (known !== null && known.consumedPoints > 0) await giveBack(limiter, key, until);
      });
    }
  }

  const takeFrom = (name: string, points: number) => {
    const keyPrefix = `${prefix}:attempts:${name}`;
    const limits = { points, duration: windowSeconds };
    const shared = new RateLimiterRedis({ storeClient: redis, keyPrefix, rejectIfRedisNotReady: true, ...limits });
    const own = new RateLimiterMemory(limits);
    return async (key: string): Promise<GiveBack> => {
      const until = Date.now() + windowSeconds * 1000;
      const isAsked = redis.status === "ready";
      try {
        await takeOne(shared, key, "attempts");
        return () => giveBack(shared, key, until);
      } catch (error) {
        if (error instanceof Problem) throw error;
        // A Redis that hangs does later what it was told: it is told at once that this one does not count.
        if (isAsked) void giveBack(shared, key, until);
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

/** Of a command, not of its connection: ioredis gives it no class. */
const isTimeout = (error: unknown) => error instanceof Error && error.message === "Command timed out";
