import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** A request that the router answered or had answered. */
export interface RequestRecord {
  /** X-Request-Id. */
  readonly id: string;
  readonly service: string;
  readonly method: string;
  /** As the service got it, without the query, which may hold a token. */
  readonly path: string;
  /** 0 when the client left before there was an answer. */
  readonly status: number;
  /** When it came, milliseconds since the epoch. */
  readonly at: number;
  readonly milliseconds: number;
}

/** A service's requests over the last minutes; each list is of the same moments, the oldest first. */
export interface TrafficSummary {
  /** Requests a second, errors (5xx) and milliseconds over the last minute. */
  readonly perSecond: number;
  readonly errors: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly lines: {
    readonly perSecond: readonly number[];
    readonly errors: readonly number[];
    readonly p50: readonly (number | null)[];
    readonly p95: readonly (number | null)[];
  };
}

/** Seconds that one point of a line covers, and how many points there are: five minutes. */
const interval = 5;
const points = 60;
const lastMinute = 60 / interval;

/** Requests that are remembered one by one. */
const remembered = 2_000;

class Interval {
  number = -1;
  requests = 0;
  errors = 0;
  /** Microseconds, at a precision of 1 %; made when there is something to count. */
  latency: RecordableHistogram | undefined;

  begin(number: number): void {
    this.number = number;
    this.requests = 0;
    this.errors = 0;
    this.latency?.reset();
  }

  add(status: number, milliseconds: number): void {
    this.requests += 1;
    if (status >= 500) this.errors += 1;
    this.latency ??= createHistogram({ lowest: 1, highest: 120_000_000, figures: 2 });
    this.latency.record(Math.max(1, Math.round(milliseconds * 1000)));
  }
}

/**
 * Counts what passes the router, in memory alone and bounded: per service a ring of intervals, and the latest requests one
 * by one. Nothing runs unless a request comes or somebody asks.
 */
export class Traffic {
  readonly #services = new Map<string, readonly Interval[]>();
  readonly #latest: RequestRecord[] = [];
  #next = 0;

  record(request: RequestRecord): void {
    this.#latest[this.#next] = request;
    this.#next = (this.#next + 1) % remembered;
    const end = Math.floor((request.at + request.milliseconds) / 1000 / interval);
    const ring = this.#services.get(request.service) ?? Array.from({ length: points }, () => new Interval());
    this.#services.set(request.service, ring);
    const slot = ring[end % points];
    if (slot === undefined) return;
    if (slot.number !== end) slot.begin(end);
    slot.add(request.status, request.milliseconds);
  }

  /** @param now milliseconds since the epoch */
  summary(service: string, now: number): TrafficSummary {
    const last = Math.floor(now / 1000 / interval);
    const ring = this.#services.get(service) ?? [];
    const slots = Array.from({ length: points }, (_, index) => {
      const number = last - points + 1 + index;
      const slot = ring[number % points];
      return slot?.number === number ? slot : undefined;
    });
    // The latest interval is not over: its rate is of the seconds so far.
    const seconds = (index: number) => (index < points - 1 ? interval : Math.max(1, now / 1000 - last * interval));
    const recent = slots.slice(-lastMinute);
    const all = createHistogram({ lowest: 1, highest: 120_000_000, figures: 2 });
    for (const slot of recent) if (slot?.latency !== undefined && slot.requests > 0) all.add(slot.latency);
    const requests = recent.reduce((sum, slot) => sum + (slot?.requests ?? 0), 0);
    const percentile = (slot: Interval | undefined, which: number) =>
      slot?.latency !== undefined && slot.requests > 0 ? inMilliseconds(slot.latency, which) : null;
    return {
      perSecond: requests / ((lastMinute - 1) * interval + seconds(points - 1)),
      errors: recent.reduce((sum, slot) => sum + (slot?.errors ?? 0), 0),
      ...(requests > 0 && { p50: inMilliseconds(all, 50), p95: inMilliseconds(all, 95) }),
      lines: {
        perSecond: slots.map((slot, index) => (slot?.requests ?? 0) / seconds(index)),
        errors: slots.map((slot) => slot?.errors ?? 0),
        p50: slots.map((slot) => percentile(slot, 50)),
        p95: slots.map((slot) => percentile(slot, 95)),
      },
    };
  }

  /** The latest requests, newest first. */
  latest(limit: number): readonly RequestRecord[] {
    const inOrder = [...this.#latest.slice(this.#next), ...this.#latest.slice(0, this.#next)];
    return inOrder.slice(-limit).reverse();
  }

  find(id: string): RequestRecord | undefined {
    return this.#latest.find((request) => request.id === id);
  }
}

const inMilliseconds = (histogram: RecordableHistogram, which: number) => histogram.percentile(which) / 1000;
