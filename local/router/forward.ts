import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { answerProblem } from "./answer-problem";
import { headersForClient, headersForService } from "./headers";
import { createReach } from "./reach";
import type { Route } from "./routes";

export interface ForwardOptions {
  /** Milliseconds a service may take to begin its answer. @default 29000, as API Gateway */
  readonly answerLimit?: number;
  /** Bytes of a request's body. @default 10485760, as API Gateway */
  readonly bodyLimit?: number;
}

/**
 * Sends a request to its service and the answer back, both as streams.
 * @param trace headers of the trace that it belongs to; without, the client's are passed on
 */
export type Forward = (
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  requestId: string,
  trace?: Readonly<Record<string, string>>,
) => void;

/** What services are asked with; TRACE, which repeats a request to whoever sent it, is not among them. */
const methods: readonly Dispatcher.HttpMethod[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

class BodyTooLarge extends Error {}

export function createForward({ answerLimit = 29_000, bodyLimit = 10 * 1024 * 1024 }: ForwardOptions = {}): Forward {
  const reach = createReach({
    // No limit once an answer has begun: a stream of events has pauses.
    headersTimeout: answerLimit,
    bodyTimeout: 0,
    connect: { timeout: 2_000 },
  });

  /** Counts a body whose length nobody has told. */
  async function* limited(request: IncomingMessage): AsyncGenerator<Buffer> {
    let bytes = 0;
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > bodyLimit) throw new BodyTooLarge();
      yield chunk;
    }
  }

  function bodyOf(request: IncomingMessage): Readable | null {
    const { headers } = request;
    if (headers["transfer-encoding"] !== undefined) return Readable.from(limited(request), { objectMode: false });
    const length = Number(headers["content-length"] ?? 0);
    if (length > bodyLimit) throw new BodyTooLarge();
    return length > 0 ? request : null;
  }

  function explain(error: Error & { code?: string }, name: string) {
    if (error instanceof BodyTooLarge) {
      // The rest of the body is not read, so nothing else can follow on this connection.
      return { status: 413, detail: `the body must have at most ${bodyLimit} bytes`, headers: { connection: "close" } };
    }
    if (error.code === "UND_ERR_HEADERS_TIMEOUT") {
      return { status: 504, detail: `${name} did not begin to answer within ${answerLimit / 1000} s` };
    }
    if (error.code === "ECONNREFUSED" || error.code === "ENOENT") {
      return { status: 503, detail: `${name} is not running at the moment`, headers: { "retry-after": "1" } };
    }
    return { status: 502, detail: `${name} ended the connection without a valid answer` };
  }

  return (request, response, { upstream, target }, requestId, trace) => {
    const fail = (error: Error) => {
      // A client that has left hears nothing any more.
      if (!response.destroyed) answerProblem(response, { requestId, ...explain(error, upstream.name) });
    };
    const method = methods.find((known) => known === request.method);
    if (method === undefined) {
      answerProblem(response, { status: 501, detail: `no service here knows ${request.method}`, requestId });
      return;
    }
    const { origin, agent } = reach(upstream.url);
    try {
      agent.dispatch(
        {
          origin,
          path: target,
          method,
          headers: headersForService(request, upstream.path, requestId, trace),
          body: bodyOf(request),
        },
        answerHandler(response, requestId, fail),
      );
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** Passes a service's answer to the client as it comes, no faster than the client takes it. */
function answerHandler(
  response: ServerResponse,
  requestId: string,
  fail: (error: Error) => void,
): Dispatcher.DispatchHandlers {
  return {
    onConnect: (abort) => {
      if (response.destroyed) abort();
      response.once("close", () => {
        if (!response.writableFinished) abort();
      });
    },
    onHeaders: (status, headers, resume, statusText) => {
      // 100 and 103 come before the answer; nobody here asked for them.
      if (status < 200) return true;
      response.writeHead(status, statusText, headersForClient(headers, requestId));
      response.on("drain", resume);
      return true;
    },
    onData: (chunk) => response.write(chunk),
    onComplete: () => {
      response.end();
    },
    onError: fail,
  };
}
