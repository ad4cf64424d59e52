import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector } from "@opentelemetry/resources";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Tracing, TracingOptions } from "../tracing";
import { startTracing, w3c } from "./open-telemetry";

/**
 * Sends spans to the collector of OTEL_EXPORTER_OTLP_ENDPOINT. They wait in a bounded queue; what finds no room there is
 * dropped and counted in the log, and no request waits for any of it.
 */
export const collectorTracing = (options: TracingOptions): Tracing | undefined =>
  startTracing(
    {
      exporter: new OTLPTraceExporter(),
      processor: (exporter) => new BatchSpanProcessor(exporter),
      incoming: w3c,
      flushes: false,
      resource: detectResources({ detectors: [envDetector] }),
    },
    options,
  );
