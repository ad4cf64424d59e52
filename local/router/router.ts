import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { answerProblem, problemDetails } from "./answer-problem";
import type { Forward } from "./forward";
import { requestIdOf } from "./headers";
import { findRoute, Refused, type Upstream } from "./routes";

export interface RouterOptions {
  readonly upstreams: readonly Upstream[];
  readonly forward: Forward;
  /** Answers what no service's prefix covers. */
  readonly pages: Hono;
}

/** The HTTP router in front of the services; it does not listen yet. */
export function createRouter({ upstreams, forward, pages }: RouterOptions): Server {
  const own = getRequestListener(pages.fetch, { overrideGlobalObjects: false });
  const prefixes = upstreams.map(({ path }) => path).join(", ");
  const isOwn = (path: string) => /^\/($|\?|(health|status)($|\?)|queues($|[/?]))/.test(path);

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = requestIdOf(request);
    const refuse = (status: number, detail: string) => answerProblem(response, { status, detail, requestId });
    const { url = "", headers } = request;
    // A client may offer other protocols (curl offers h2c) and be answered in this one; a WebSocket it means.
    if (headers.upgrade?.toLowerCase() === "websocket") refuse(501, "no service here speaks WebSocket");
    else if (isOwn(url)) void own(request, response);
    else {
      try {
        const route = findRoute(upstreams, url);
        if (route) forward(request, response, route, requestId);
        else refuse(404, `no service answers here: the paths begin with ${prefixes}`);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refuse(400, error.message);
      }
    }
  };

  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 120_000 }, answer);
  server.on("clientError", answerBrokenRequest);
  return server;
}

/** What Node's parser gives up on never becomes a request: it is answered on the bare connection, which then closes. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = brokenRequests[error.code ?? ""] ?? [400, "this is not a valid HTTP/1.1 request"];
  const details = problemDetails(status, detail, randomUUID());
  const body = JSON.stringify(details);
  const head = [
    `HTTP/1.1 ${status} ${details.title}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${details.requestId}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

const brokenRequests: Readonly<Record<string, readonly [number, string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the headers must have at most 16 KiB"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
};
