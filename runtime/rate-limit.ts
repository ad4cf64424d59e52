import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "./problem";

/** Takes one of what a key has in a window. @throws 429 with Retry-After when none is left */
export async function takeOne(limiter: RateLimiterAbstract, key: string, what: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    throw new Problem(429, `too many ${what}, try again in ${seconds} s`, {
      headers: { "Retry-After": String(seconds) },
    });
  }
}
