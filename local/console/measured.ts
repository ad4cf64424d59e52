import type { Forward } from "../router/forward";
import type { Traffic } from "./traffic";

/** Has each request counted that is forwarded, once it is answered or its client has left. */
export const measured =
  (forward: Forward, traffic: Traffic): Forward =>
  (request, response, route, requestId) => {
    const at = Date.now();
    const began = performance.now();
    response.once("close", () => {
      const [path = "/"] = route.target.split("?", 1);
      traffic.record({
        id: requestId,
        service: route.upstream.name,
        method: request.method ?? "",
        path,
        status: response.headersSent ? response.statusCode : 0,
        at,
        milliseconds: performance.now() - began,
      });
    });
    forward(request, response, route, requestId);
  };
