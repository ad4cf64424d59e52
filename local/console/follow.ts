import type { RecentLine } from "../recent-lines";
import { fieldsOf, routerSpan, type Span, spansOf, texts } from "./spans";
import type { RequestRecord } from "./traffic";

/** A request and what became of it. */
export interface Followed {
  readonly requestId: string;
  /** In order of their start. */
  readonly spans: readonly Span[];
  readonly jobs: readonly FollowedJob[];
  readonly lines: readonly RecentLine[];
}

/** A job that a request had queued. */
export interface FollowedJob {
  readonly id: string;
  /** Waiting, active, delayed... as the queue has it now, processed, or given up; unknown when nothing tells of it. */
  readonly state: string;
}

export interface FollowSources {
  /** The router's own record of a request. */
  readonly request: (id: string) => RequestRecord | undefined;
  /** The latest lines that hold any of these words. */
  readonly lines: (words: readonly string[]) => Promise<readonly RecentLine[]>;
  /** The state of a job that is in a queue. */
  readonly jobState: (id: string) => Promise<string | undefined>;
}

/** Jobs that are followed of one request. */
const mostJobs = 20;

/**
 * Follows a request through router, service, queue and worker by its id, or by that of a job that it had queued. What is
 * known is what the router and the services' lines say of it; nothing, when it is too long ago.
 */
export async function follow(id: string, sources: FollowSources): Promise<Followed> {
  const found = await sources.lines([id]);
  const ofJob = found
    .map(fieldsOf)
    .find((fields) => fields?.requestId !== undefined && texts(fields.jobs).includes(id));
  const requestId = typeof ofJob?.requestId === "string" ? ofJob.requestId : id;
  const own = requestId === id ? found : await sources.lines([requestId]);
  const jobs = own
    .map(fieldsOf)
    .flatMap((fields) => (fields?.requestId === requestId ? texts(fields.jobs) : []))
    .slice(0, mostJobs);
  const lines = jobs.length === 0 ? own : await sources.lines([requestId, ...jobs]);
  const request = sources.request(requestId);
  const spans = [
    ...(request === undefined ? [] : [routerSpan(request)]),
    ...lines.flatMap((line) => spansOf(line, requestId, jobs)),
  ].sort((one, other) => one.start - other.start);
  const states = await Promise.all(jobs.map((job) => stateOf(job, spans, sources)));
  return { requestId, spans, jobs: jobs.map((job, index) => ({ id: job, state: states[index] ?? "unknown" })), lines };
}

async function stateOf(job: string, spans: readonly Span[], { jobState }: FollowSources): Promise<string> {
  const own = spans.filter(({ attributes, kind }) => attributes["messaging.message.id"] === job && kind === "CONSUMER");
  if (own.some(({ error }) => error === undefined)) return "processed";
  if (own.some(({ name }) => name === "dead-lettered")) return "given up";
  return (await jobState(job)) ?? "unknown";
}
