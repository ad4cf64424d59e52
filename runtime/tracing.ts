import type { Logger } from "./logger";
import * as z from "./schema";

/** Variables that say where spans go. OpenTelemetry's library reads further ones of its own: headers, sampler, limits of the queue. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .optional(z.url())
    .check(z.describe("OpenTelemetry collector that gets the spans, by OTLP over HTTP; without, nobody does")),
  OTEL_SERVICE_NAME: z
    .optional(z.string())
    .check(z.describe("Name of the service in its spans; not set, SERVICE_NAME")),
  OTEL_SDK_DISABLED: z.optional(z.string()).check(z.describe("`true` sends no spans, whatever else is set")),
  AWS_XRAY_DAEMON_ADDRESS: z
    .optional(z.string())
    .check(z.describe("X-Ray daemon that gets the spans instead of a collector; Lambda sets it")),
};
const Variables = z.object(tracingVariables);

/** Headers, or what stands for them in a job, by which a trace goes on: traceparent and tracestate, or x-amzn-trace-id. */
export type TraceHeaders = Readonly<Record<string, string | undefined>>;

/**
 * Values of a span, by the names of OpenTelemetry's semantic conventions. Like a log line, it has ids, routes and
 * durations: never a body, a path as it was sent, a query, an address or a statement's values.
 */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

export interface SpanStart {
  readonly name: string;
  readonly kind: "SERVER" | "CLIENT" | "PRODUCER" | "CONSUMER";
  readonly attributes: SpanAttributes;
  /** From whoever asked for this. @default the span that this is called within */
  readonly parent?: TraceHeaders | undefined;
}

export interface SpanEnd {
  /** What the name is, if it was not known at the start. */
  readonly name?: string;
  readonly attributes?: SpanAttributes;
  /** Class of what went wrong: a name or a status, never a message. */
  readonly error?: string | undefined;
}

/** A span that has begun. */
export interface OpenSpan {
  readonly traceId: string;
  /** For those that are asked on its behalf. */
  readonly headers: Readonly<Record<string, string>>;
  /** Runs work, so that spans which it begins are this one's children. */
  within<T>(work: () => T): T;
  /** Ends it now. */
  end(end?: SpanEnd): void;
}

/** Spans of a process, sent behind the requests' backs. */
export interface Tracing {
  begin(start: SpanStart): OpenSpan;
  /** A span around work: it ends when this resolves, or with an error when it rejects. */
  around<T>(start: SpanStart, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Runs work, so that spans which it begins are children of the one that wrote the headers. */
  under<T>(headers: TraceHeaders, work: () => T): T;
  /** Of the span that this is called within; undefined when there is none. */
  current(): Readonly<Record<string, string>> | undefined;
  /** Resolves when X-Ray's daemon has been sent what there is: Lambda freezes a function after its answer. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Name of the service. */
  readonly service: string;
  readonly environment?: string | undefined;
  readonly version?: string | undefined;
  readonly logger: Logger;
}

/**
 * Sends spans to where these variables say; undefined when they name nobody, and then nothing is loaded and nothing
 * done for any request.
 */
export async function openTracing(
  { OTEL_SDK_DISABLED, OTEL_SERVICE_NAME, ...targets }: z.output<typeof Variables>,
  { service, ...rest }: TracingOptions,
): Promise<Tracing | undefined> {
  const options = { ...rest, service: OTEL_SERVICE_NAME ?? service };
  if (OTEL_SDK_DISABLED === "true") return undefined;
  if (targets.AWS_XRAY_DAEMON_ADDRESS !== undefined) {
    const { xRayTracing } = await import("./telemetry/x-ray");
    return xRayTracing(targets.AWS_XRAY_DAEMON_ADDRESS, options);
  }
  if (targets.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined;
  const { collectorTracing } = await import("./telemetry/collector");
  return collectorTracing(options);
}
