import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { isOwnHost } from "../../runtime/loopback";
import { answerProblem, problemDetails } from "./answer-problem";
import { type ConnectionLimits, Connections } from "./connections";
import type { Forward } from "./forward";
import { requestIdOf } from "./headers";
import { findRoute, Refused, type Upstream } from "./routes";

export interface RouterOptions {
  readonly upstreams: readonly Upstream[];
  readonly forward: Forward;
  /** Answers what no service's prefix covers. */
  readonly pages: Hono;
  /** The name under which other containers reach it. @default none but this machine's own */
  readonly name?: string | undefined;
  readonly limits?: ConnectionLimits;
}

/** The HTTP router in front of the services; it does not listen yet. */
export function createRouter({ upstreams, forward, pages, name, limits }: RouterOptions): Server {
  const own = getRequestListener(pages.fetch, { overrideGlobalObjects: false });
  const prefixes = upstreams.map(({ path }) => path).join(", ");
  const isOwn = (path: string) => /^\/($|\?|(health|status)($|\?)|console\/)/.test(path);

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const requestId = requestIdOf(request);
    const refuse = (status: number, detail: string, headers = {}) =>
      answerProblem(response, { status, detail, requestId, headers });
    const { url = "", headers } = request;
    const fault = faultOf(request, name);
    // The rest of such a request may be read in two ways, so nothing else follows on this connection.
    if (fault !== undefined) refuse(...fault, { connection: "close" });
    // A client may offer other protocols (curl offers h2c) and be answered in this one; a WebSocket it means.
    else if (headers.upgrade?.toLowerCase() === "websocket") refuse(501, "no service here speaks WebSocket");
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

  const server = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 120_000 });
  const connections = new Connections(server, limits);
  server.on("request", (request, response) => {
    connections.inTurn(request, response, () => answer(request, response));
  });
  server.on("clientError", (error, socket) => {
    const owed = socket instanceof Socket ? connections.owed(socket) : undefined;
    // What came whole before the broken part is answered first.
    if (owed === undefined) answerBrokenRequest(error, socket);
    else owed.once("close", () => answerBrokenRequest(error, socket));
  });
  return server;
}

/** Why a request is refused before anyone looks at its path: status and detail. */
function faultOf({ rawHeaders, headers, httpVersion }: IncomingMessage, name?: string): [number, string] | undefined {
  const hosts = rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === "host");
  // RFC 9112 section 3.2: more than one Host is answered 400.
  if (hosts.length > 1) return [400, "a request has one Host header"];
  // Node takes a request line without a version for HTTP/0.9, which has no headers (RFC 9110 section 15.6.6).
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return [505, "this router speaks HTTP/1.1 and HTTP/1.0"];
  // RFC 9112 section 6.1: HTTP/1.0 has no transfer codings, so its framing counts as faulty.
  if (httpVersion === "1.0" && headers["transfer-encoding"] !== undefined)
    return [400, "HTTP/1.0 has no Transfer-Encoding: send a Content-Length"];
  const { host } = headers;
  // RFC 9110 section 15.5.20: the request was sent to a server that does not answer for its host.
  if (host !== undefined && !isOwnHost(host, name))
    return [421, "this router answers to localhost, 127.0.0.1 and [::1] only"];
  return undefined;
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
