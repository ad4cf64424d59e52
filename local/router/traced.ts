import type { Tracing } from "../../runtime/tracing";
import type { Forward } from "./forward";

/** Makes each request that is forwarded a span, which its service's spans are children of. */
export const traced =
  (forward: Forward, tracing: Tracing): Forward =>
  (request, response, route, requestId) => {
    const { method = "", headers } = request;
    const { name, path } = route.upstream;
    const span = tracing.begin({
      // What follows the prefix may name a person.
      name: `${method} ${path}`,
      kind: "SERVER",
      attributes: {
        "http.request.method": method,
        "http.route": path,
        "service.peer.name": name,
        "platform.request.id": requestId,
      },
      parent: { traceparent: one(headers.traceparent), tracestate: one(headers.tracestate) },
    });
    response.once("close", () => {
      const status = response.headersSent ? response.statusCode : undefined;
      const error = status === undefined ? "client_left" : status >= 500 ? String(status) : undefined;
      span.end({ attributes: { "http.response.status_code": status }, error });
    });
    forward(request, response, route, requestId, span.headers);
  };

const one = (header: string | string[] | undefined) => (typeof header === "string" ? header : undefined);
