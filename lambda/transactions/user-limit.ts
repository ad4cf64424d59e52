import { RateLimiterMemory } from "rate-limiter-flexible";
import { takeOne } from "../../runtime/rate-limit";

/** Counts a request of a user. Throws 429 with Retry-After when the user has none left. */
export type UserLimit = (userId: number) => Promise<void>;

/**
 * Limits the requests of a user in a minute, whatever tokens they come with. Counts are in this process's memory: a Redis
 * that hangs must not hold a transaction, and the limit is this process's own to be safe from one user.
 *
 * @param requests in a minute; undefined is no limit
 */
export function createUserLimit(requests: number | undefined): UserLimit {
  if (requests === undefined) return async () => undefined;
  const limiter = new RateLimiterMemory({ points: requests, duration: 60 });
  return (userId) => takeOne(limiter, String(userId), "requests");
}
