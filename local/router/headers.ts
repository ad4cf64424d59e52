import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Headers that speak of one connection, and so never pass a proxy (RFC 9110 section 7.6.1). */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** What a client may claim and only its connection can tell, and what this server has answered itself. */
const ours = new Set(["forwarded", "x-real-ip", "x-request-id", "expect"]);

/** How a client names the trace of its request (https://www.w3.org/TR/trace-context/). */
const traceHeaders = new Set(["traceparent", "tracestate"]);

/** A message's length and host are not a Connection header's to take away. */
const kept = new Set(["content-length", "host"]);

/** Names of further headers of one hop, in lower case, as the Connection header lists them. */
function namedByConnection(connection: string | undefined): readonly string[] {
  if (connection === undefined || connection === "keep-alive" || connection === "close") return [];
  const names = connection.toLowerCase().split(",");
  return names.map((name) => name.trim()).filter((name) => !kept.has(name));
}

/**
 * The headers a service gets, as a flat list of names and values. Where the request came from is said anew, in place of
 * whatever the client claims: this router is the first to see it, so nothing before it can be believed.
 * @param trace of the router's span, in place of the client's
 */
export function headersForService(
  request: IncomingMessage,
  prefix: string,
  requestId: string,
  trace?: Readonly<Record<string, string>>,
): string[] {
  const { rawHeaders } = request;
  const named = namedByConnection(request.headers.connection);
  const passed = [
    "x-forwarded-for",
    request.socket.remoteAddress ?? "",
    "x-forwarded-proto",
    "http",
    "x-forwarded-host",
    request.headers.host ?? "",
    "x-forwarded-prefix",
    prefix,
    "x-request-id",
    requestId,
    ...Object.entries(trace ?? {}).flat(),
  ];
  const isOurs = (name: string) => ours.has(name) || (trace !== undefined && traceHeaders.has(name));
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (hopByHop.has(name) || isOurs(name) || name.startsWith("x-forwarded-") || named.includes(name)) continue;
    passed.push(name, rawHeaders[index + 1] ?? "");
  }
  return passed;
}

/** The headers a client gets, as a flat list, from a service's as they came: names and values in turn. */
export function headersForClient(raw: readonly Buffer[], requestId: string): string[] {
  const text = raw.map((part) => part.toString("latin1"));
  const connectionAt = text.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === "connection");
  const named = namedByConnection(connectionAt === -1 ? undefined : text[connectionAt + 1]);
  const passed = ["x-request-id", requestId];
  for (let index = 0; index < text.length; index += 2) {
    const name = text[index]?.toLowerCase() ?? "";
    if (hopByHop.has(name) || name === "x-request-id" || named.includes(name)) continue;
    passed.push(name, text[index + 1] ?? "");
  }
  return passed;
}

/** The request's own id where it has a sensible one, otherwise a new one: one id names it in every log. */
export function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && /^[\w.:-]{8,128}$/.test(given) ? given : randomUUID();
}
