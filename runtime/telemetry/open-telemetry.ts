import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { defaultResource, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { OpenSpan, SpanAttributes, SpanEnd, Tracing, TracingOptions } from "../tracing";
import { LoggedExporter } from "./logged-exporter";

/** Milliseconds that a process which stops waits for its last spans to leave. */
const lastWait = 1_000;

/** Where spans go, and how a request names its trace. */
export interface SpanTarget {
  readonly exporter: SpanExporter;
  /** When it is given a span. */
  readonly processor: (exporter: SpanExporter) => SpanProcessor;
  /** Reads the headers of whoever asks. */
  readonly incoming: TextMapPropagator;
  /** Whether `flush` has anything to wait for. */
  readonly flushes: boolean;
  /** What is said of the process besides its service. @default nothing */
  readonly resource?: Resource;
}

/** The form that headers and jobs carry here. */
export const w3c = new W3CTraceContextPropagator();

/**
 * Spans by OpenTelemetry's own library, which reads its variables of sampler and limits.
 *
 * Nothing is registered globally but where the library's warnings go: this part of a function's bundle shares no module
 * with the rest.
 */
export function startTracing(target: SpanTarget, options: TracingOptions): Tracing {
  const { logger, service, environment, version } = options;
  const ignore = () => undefined;
  // Failed exports are logged with the number of their spans instead (logged-exporter.ts).
  const warn = (message: string) => logger.warn({ telemetry: message }, "spans");
  diag.setLogger(
    { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(target.resource ?? null)
      .merge(
        resourceFromAttributes({
          "service.name": service,
          ...(version !== undefined && { "service.version": version }),
          ...(environment !== undefined && { "deployment.environment.name": environment }),
        }),
      ),
    spanProcessors: [target.processor(new LoggedExporter(target.exporter, logger))],
  });
  const tracer = provider.getTracer("platform");
  const active = new AsyncLocalStorage<Context>();
  const contextOf = (headers: object) => target.incoming.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

  const tracing: Tracing = {
    begin: ({ name, kind, attributes, parent }) => {
      const around = parent === undefined ? (active.getStore() ?? ROOT_CONTEXT) : contextOf(parent);
      const span = tracer.startSpan(name, { kind: SpanKind[kind], attributes: known(attributes) }, around);
      return openSpan(span, trace.setSpan(around, span));
    },
    around: async (start, work) => {
      const span = tracing.begin(start);
      try {
        const result = await span.within(() => work(span));
        span.end();
        return result;
      } catch (error) {
        span.end({ error: error instanceof Error ? error.name : "unknown" });
        throw error;
      }
    },
    under: (headers, work) => active.run(contextOf(headers), work),
    current: () => {
      const context = active.getStore();
      return context === undefined ? undefined : headersOf(context);
    },
    flush: async () => {
      if (target.flushes) await provider.forceFlush().catch(ignore);
    },
    close: async () => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, lastWait).unref();
      });
      await Promise.race([provider.shutdown().catch(ignore), late]);
    },
  };

  function headersOf(context: Context): Record<string, string> {
    const headers: Record<string, string> = {};
    w3c.inject(context, headers, defaultTextMapSetter);
    return headers;
  }

  const openSpan = (span: Span, context: Context): OpenSpan => ({
    traceId: span.spanContext().traceId,
    headers: headersOf(context),
    within: (work) => active.run(context, work),
    end: ({ name, attributes = {}, error }: SpanEnd = {}) => {
      if (name !== undefined) span.updateName(name);
      span.setAttributes(known(attributes));
      if (error !== undefined) span.setAttribute("error.type", error).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  });

  return tracing;
}

const known = (attributes: SpanAttributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
