import { createSocket } from "node:dgram";
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";

/** What stands before every document that the daemon takes. */
const header = '{"format":"json","version":1}\n';
/** Says that an OTLP message follows, of spans that are sampled. */
const otlpSampled = "T1S";

/**
 * Sends spans to X-Ray's daemon, which Lambda runs beside every function that is traced: one datagram each, in the form
 * of AWS's own exporter for it (@aws/aws-distro-opentelemetry-exporter-xray-udp, which knows spans of the library's
 * previous version alone). https://github.com/aws-observability/aws-otel-js-instrumentation
 */
export class XRayDaemonExporter implements SpanExporter {
  readonly #socket = createSocket("udp4").unref();
  readonly #host: string;
  readonly #port: number;

  /** @param address `host:port`, or `tcp:host:port udp:host:port` in either order, as AWS_XRAY_DAEMON_ADDRESS has it */
  constructor(address: string) {
    const [, host = "127.0.0.1", port = "2000"] = /(?:udp:|^)([^:\s]+):(\d+)(?:\s|$)/.exec(address) ?? [];
    this.#host = host;
    this.#port = Number(port);
    // Nobody waits for what a daemon that is away does not get.
    this.#socket.on("error", () => undefined);
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const message = ProtobufTraceSerializer.serializeRequest(spans);
    if (message === undefined) {
      done({ code: ExportResultCode.FAILED });
      return;
    }
    const datagram = `${header}${otlpSampled}${Buffer.from(message).toString("base64")}`;
    this.#socket.send(datagram, this.#port, this.#host, (error) =>
      done(error === null ? { code: ExportResultCode.SUCCESS } : { code: ExportResultCode.FAILED, error }),
    );
  }

  shutdown(): Promise<void> {
    return new Promise((resolve) => {
      this.#socket.close(() => resolve());
    });
  }
}
