import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import * as z from "zod";

/**
 * The messages of OTLP as esbuild's and the library's authors do not write them by hand: compiled by protobufjs from the
 * definitions of opentelemetry-proto. The library that sends has had a writer of its own since.
 */
interface MessageType {
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): unknown;
}
const isMessageType = (value: unknown) => typeof value === "function" && "decode" in value && "toObject" in value;
const Root = z.object({
  opentelemetry: z.object({
    proto: z.object({
      collector: z.object({
        trace: z.object({
          v1: z.object({ ExportTraceServiceRequest: z.custom<MessageType>(isMessageType) }),
        }),
      }),
    }),
  }),
});
const messages: unknown = createRequire(__filename)("opentelemetry-protocol/build/src/generated/root");
const { ExportTraceServiceRequest } = Root.parse(messages).opentelemetry.proto.collector.trace.v1;

const hex = z.string().transform((base64) => Buffer.from(base64, "base64").toString("hex"));
const Attributes = z
  .array(z.object({ key: z.string(), value: z.object({ stringValue: z.string(), intValue: z.string() }).partial() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? value.intValue])));
const Span = z.object({
  traceId: hex,
  spanId: hex,
  parentSpanId: hex.default(""),
  name: z.string(),
  kind: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: Attributes,
  status: z.object({ code: z.string().default("STATUS_CODE_UNSET") }).optional(),
});
const Request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** A span as it arrived, and the service that says it is from. */
export type ReceivedSpan = z.output<typeof Span> & { readonly service: string | undefined };

/** Reads an ExportTraceServiceRequest. Throws when it is none. */
export function readSpans(bytes: Uint8Array): readonly ReceivedSpan[] {
  const options = { longs: String, enums: String, bytes: String };
  const request = Request.parse(ExportTraceServiceRequest.toObject(ExportTraceServiceRequest.decode(bytes), options));
  return request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ ...span, service: resource.attributes["service.name"] }))),
  );
}

/** A collector that takes spans by OTLP over HTTP, or does with a request what a test says. */
export class Collector {
  readonly spans: ReceivedSpan[] = [];
  /** Headers of the latest request. */
  headers: IncomingMessage["headers"] = {};
  requests = 0;
  readonly #server = createServer((request, response) => {
    this.requests += 1;
    this.headers = request.headers;
    void this.answer(request, response);
  });

  private constructor(readonly answer: (request: IncomingMessage, response: ServerResponse) => unknown) {}

  /** @param answer @default keeps the spans and answers 200 */
  static async start(answer?: Collector["answer"]): Promise<Collector> {
    const collector: Collector = new Collector(answer ?? ((request, response) => collector.#keep(request, response)));
    collector.#server.listen(0, "127.0.0.1");
    await once(collector.#server, "listening");
    return collector;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  async #keep(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const isTraces = request.url === "/v1/traces" && request.headers["content-type"] === "application/x-protobuf";
    if (isTraces) this.spans.push(...readSpans(Buffer.concat(chunks)));
    response.writeHead(isTraces ? 200 : 404, { "content-type": "application/x-protobuf" }).end();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
