import { Problem } from "./problem";

/** What a caller has taken by now, of all instances together. */
export interface Taken {
  readonly requests: number;
  /** Until the window ends and all begin anew. */
  readonly seconds: number;
}

/** Adds requests to what a caller has taken in the current window. */
export type TakeRequests = (caller: string, requests: number) => Promise<Taken>;

/** Counts in this instance's memory alone, in minutes of its clock: every instance has a limit of its own then. */
export function countInMemory(now = Date.now): TakeRequests {
  let minute = 0;
  let taken = new Map<string, number>();
  return async (caller, requests) => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute) taken = new Map();
    minute = current;
    const sum = (taken.get(caller) ?? 0) + requests;
    taken.set(caller, sum);
    return { requests: sum, seconds: ((minute + 1) * 60_000 - now()) / 1000 };
  };
}

/** Counts a request of a caller. Throws 429 with Retry-After when the window's are used up. */
export type UsageLimit = (caller: string) => Promise<void>;

/** What this instance has of a caller's requests in the window. */
interface Share {
  left: number;
  /** How many it takes when none is left. */
  next: number;
  isLast: boolean;
  taking?: Promise<void> | undefined;
}

/**
 * Limits the requests of a caller in a window, over all instances. Each instance takes a share of the shared count: one
 * request, then twice as many each time, at most a twentieth of the limit. So few requests pay for the shared count, a
 * caller never gets more than the limit, and gets at least half of it however many instances its requests reach.
 *
 * @param limit requests of a caller in a window
 * @param take the shared count
 * @param now the clock, in milliseconds. @default the system's
 */
export function createUsageLimit(limit: number, take: TakeRequests, now = Date.now): UsageLimit {
  let window = { until: Infinity, shares: new Map<string, Share>() };

  async function takeMore(caller: string, share: Share, current: typeof window): Promise<void> {
    const { requests, seconds } = await take(caller, share.next);
    const refused = Math.min(share.next, Math.max(0, requests - limit));
    share.left += share.next - refused;
    share.isLast = refused > 0;
    share.next = Math.max(1, Math.min(share.next * 2, Math.floor(limit / 20)));
    current.until = now() + seconds * 1000;
  }

  return async (caller) => {
    if (now() >= window.until) window = { until: Infinity, shares: new Map() };
    const current = window;
    const share = current.shares.get(caller) ?? { left: 0, next: 1, isLast: false };
    current.shares.set(caller, share);
    while (share.left === 0) {
      if (share.isLast) throw usedUp(limit, current.until - now());
      share.taking ??= takeMore(caller, share, current).finally(() => {
        share.taking = undefined;
      });
      await share.taking;
    }
    share.left -= 1;
  };
}

function usedUp(limit: number, milliseconds: number): Problem {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new Problem(429, `A caller has ${limit} requests a minute: try again in ${seconds} s.`, {
    headers: { "Retry-After": String(seconds) },
  });
}
