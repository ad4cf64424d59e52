import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { Hono } from "hono/tiny";

/** Removes the prefix under which API Gateway shows a service, and names it for the links that the service makes. */
function withoutPrefix(request: Request, basePath: string): Request {
  const url = new URL(request.url);
  if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`)) return request;
  url.pathname = url.pathname.slice(basePath.length) || "/";
  const stripped = new Request(url, request);
  stripped.headers.set("X-Forwarded-Prefix", basePath);
  return stripped;
}

/**
 * Adapts an app to API Gateway's REST events.
 *
 * @param basePath the service's path, such as /preferences; empty when nothing is to be stripped
 */
export function lambdaHandler(
  app: { readonly fetch: (request: Request) => Response | Promise<Response> },
  basePath = "",
): (event: LambdaEvent, context?: LambdaContext) => Promise<unknown> {
  const adapter = new Hono().all("*", (context) =>
    app.fetch(basePath === "" ? context.req.raw : withoutPrefix(context.req.raw, basePath)),
  );
  return handle(adapter);
}
