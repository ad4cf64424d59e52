import { handle, type LambdaContext, type LambdaEvent } from "hono/aws-lambda";
import { Hono } from "hono/tiny";
import type { Connection } from "./http-server";
import * as z from "./schema";
import { type EventsService, type HttpService, openEvents, openHttp, type Service } from "./service";

/** Variables of an HTTP service's function; that of a service that works on events has none of its own. */
export const FunctionEnvironment = z.object({
  BASE_PATH: z
    ._default(z.string().check(z.regex(/^(\/[\w-]+)*$/, "Must begin with a slash and not end with one")), "")
    .check(z.describe("Path under which API Gateway shows the function, such as /preferences")),
});

/** Removes the prefix under which API Gateway shows a service, and names it for the links that the service makes. */
function withoutPrefix(request: Request, basePath: string): Request {
  const url = new URL(request.url);
  if (url.pathname !== basePath && !url.pathname.startsWith(`${basePath}/`)) return request;
  url.pathname = url.pathname.slice(basePath.length) || "/";
  const stripped = new Request(url, request);
  stripped.headers.set("X-Forwarded-Prefix", basePath);
  return stripped;
}

const Invocation = z.object({ requestContext: z.object({ identity: z.object({ sourceIp: z.string() }) }) });

/** Who called, as API Gateway saw it: what X-Forwarded-For says before that, anybody may have written. */
function connectionOf(env: unknown): Connection {
  const invocation = z.safeParse(Invocation, env, { jitless: true });
  const address = invocation.success ? invocation.data.requestContext.identity.sourceIp : undefined;
  return { address, throughSocket: false };
}

type Handler<Event> = (event: Event, context?: LambdaContext) => Promise<unknown>;

/** Lambda's own word for the trace that an invocation belongs to: what a request's header says, its sender may have made up. */
function withTrace(request: Request, header: string | undefined): Request {
  if (header !== undefined) request.headers.set("x-amzn-trace-id", header);
  return request;
}

/**
 * Adapts an app to API Gateway's REST events.
 *
 * @param basePath the service's path, such as /preferences; empty when nothing is to be stripped
 */
export function requestHandler(
  app: { readonly fetch: (request: Request, connection: Connection) => Response | Promise<Response> },
  basePath = "",
): Handler<LambdaEvent> {
  const adapter = new Hono().all("*", ({ req, env }) =>
    app.fetch(
      // Lambda sets the variable anew for each invocation.
      withTrace(basePath === "" ? req.raw : withoutPrefix(req.raw, basePath), process.env._X_AMZN_TRACE_ID),
      connectionOf(env),
    ),
  );
  return handle(adapter);
}

/**
 * Runs a service as a Lambda function: its handler, for API Gateway's requests or for the messages of its queue. Throws,
 * before the first event, an error that names every missing or invalid variable.
 */
export async function runFunction(service: Service): Promise<Handler<LambdaEvent> | Handler<object>> {
  if (service.kind === "worker") throw new Error(`${service.name} is a worker: no function runs one`);
  return service.kind === "http" ? answersRequests(service) : takesMessages(service);
}

async function answersRequests(service: HttpService): Promise<Handler<LambdaEvent>> {
  const { api, environment, parts } = await openHttp(service, process.env, FunctionEnvironment, true);
  const answer = requestHandler(api, environment.BASE_PATH);
  return async (event, context) => {
    const answered = await answer(event, context);
    await parts.tracing?.flush();
    return answered;
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const QueueEvent = z.object({
  Records: z.array(z.object({ eventSource: z.literal("aws:sqs"), messageId: z.string(), body: z.string() })),
});

/** One after the other; the first that fails leaves itself and those behind it in the queue. An event without any asks whether the service works. */
async function takesMessages(service: EventsService): Promise<Handler<object>> {
  const { handleMessage, parts, ready } = await openEvents(service, process.env, z.object({}));
  return async (event, context) => {
    const { data, success } = z.safeParse(QueueEvent, event, { jitless: true });
    if (!success) throw new Error(`${service.name} takes messages of SQS alone, no other event`);
    const { Records } = data;
    try {
      if (Records.length === 0) await ready();
      for (const { messageId, body } of Records) {
        await handleMessage(
          jsonOf(messageId, body),
          () => context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY,
        );
      }
    } finally {
      await parts.tracing?.flush();
    }
  };
}

function jsonOf(messageId: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own words repeat the message.
    throw new Error(`message ${messageId} is not JSON`);
  }
}
