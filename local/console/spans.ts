import type { RecentLine } from "../recent-lines";
import type { RequestRecord } from "./traffic";

/**
 * A step of a request's way, with the names of OpenTelemetry's semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/http/http-spans/, .../messaging/messaging-spans/).
 */
export interface Span {
  readonly name: string;
  readonly kind: "SERVER" | "PRODUCER" | "CONSUMER";
  /** service.name */
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** What went wrong. */
  readonly error?: SpanError;
}

export interface SpanError {
  readonly message: string;
  readonly stack?: string;
}

/** What the kit and the workers write of a step (runtime/api.ts, worker/loyalty/consumer.ts). */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a line of JSON; none of another. */
export function fieldsOf({ text }: Pick<RecentLine, "text">): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const line: unknown = JSON.parse(text);
    return isFields(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);
export const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** The router's own step. */
export function routerSpan({ id, service, method, path, status, at, milliseconds }: RequestRecord): Span {
  return {
    name: `${method} ${path}`,
    kind: "SERVER",
    service: "router",
    start: at,
    end: at + milliseconds,
    attributes: {
      "http.request.method": method,
      "url.path": path,
      "http.response.status_code": status,
      "service.peer.name": service,
      "platform.request.id": id,
    },
    ...(status === 0 && { error: { message: "the client left before there was an answer" } }),
    ...(status >= 500 && { error: { message: `answered ${status}` } }),
  };
}

/** The steps that a line tells of, where it tells of any of this request or its jobs. */
export function spansOf(line: RecentLine, requestId: string, jobs: readonly string[]): readonly Span[] {
  const fields = fieldsOf(line);
  if (fields === undefined) return [];
  const time = number(fields.time) ?? line.at;
  const milliseconds = number(fields.milliseconds);
  if (fields.requestId === requestId && milliseconds !== undefined && fields.route !== undefined) {
    return [requestSpan(line, fields, time, milliseconds)];
  }
  const queue = text(fields.queue);
  const done = texts(fields.jobs);
  if (queue !== "" && milliseconds !== undefined) {
    const queuedAt = Array.isArray(fields.queuedAt) ? fields.queuedAt : [];
    return jobs.flatMap((job) => {
      const index = done.indexOf(job);
      if (index === -1) return [];
      const queued = number(queuedAt[index]);
      const common = { "messaging.system": "bullmq", "messaging.destination.name": queue, "messaging.message.id": job };
      const batch = { "messaging.batch.message_count": done.length };
      return [
        ...(queued === undefined
          ? []
          : [step(`send ${queue}`, "PRODUCER", queue, queued, queued, { ...common, ...operation("send") })]),
        step(`process ${queue}`, "CONSUMER", line.name, time - milliseconds, time, {
          ...common,
          ...operation("process"),
          ...batch,
        }),
      ];
    });
  }
  const failure = errorOf(fields.err) ?? (fields.reason === undefined ? undefined : { message: text(fields.reason) });
  if (failure === undefined || fields.requestId === requestId) return [];
  const job = jobs.find((one) => [fields.jobId, fields.transactionId].some((id) => text(id).startsWith(one)));
  if (job === undefined) return [];
  const attributes = { "messaging.system": "bullmq", "messaging.message.id": job };
  return [{ ...step(text(fields.msg), "CONSUMER", line.name, time, time, attributes), error: failure }];
}

const operation = (name: "send" | "process") => ({
  "messaging.operation.name": name,
  "messaging.operation.type": name,
});

const step = (
  name: string,
  kind: Span["kind"],
  service: string,
  start: number,
  end: number,
  attributes: Span["attributes"],
): Span => ({ name, kind, service, start, end, attributes });

function requestSpan({ name }: RecentLine, fields: Fields, time: number, milliseconds: number): Span {
  const status = number(fields.status) ?? 0;
  const method = text(fields.method);
  const failure = errorOf(fields.err);
  return {
    ...step(`${method} ${text(fields.route)}`, "SERVER", name, time - milliseconds, time, {
      "http.request.method": method,
      "http.route": text(fields.route),
      "http.response.status_code": status,
    }),
    ...(failure !== undefined && { error: failure }),
  };
}

/** An error as pino writes it. */
function errorOf(value: unknown): SpanError | undefined {
  if (!isFields(value)) return undefined;
  const stack = text(value.stack);
  return { message: text(value.message), ...(stack !== "" && { stack }) };
}
