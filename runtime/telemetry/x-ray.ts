import { CompositePropagator } from "@opentelemetry/core";
import { AWSXRayPropagator } from "@opentelemetry/propagator-aws-xray";
import { SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Tracing, TracingOptions } from "../tracing";
import { startTracing, w3c } from "./open-telemetry";
import { XRayDaemonExporter } from "./x-ray-daemon-exporter";

/** Sends spans to X-Ray's daemon at this address. */
export const xRayTracing = (address: string, options: TracingOptions): Tracing =>
  startTracing(
    {
      exporter: new XRayDaemonExporter(address),
      // A datagram to this machine is sent in microseconds, and a function has no later moment for a batch.
      processor: (exporter) => new SimpleSpanProcessor(exporter),
      // API Gateway hands on whatever traceparent a client sends: X-Ray's header, which Lambda says, decides.
      incoming: new CompositePropagator({ propagators: [w3c, new AWSXRayPropagator()] }),
      flushes: true,
    },
    options,
  );
