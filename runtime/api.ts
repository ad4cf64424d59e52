import { randomUUID } from "node:crypto";
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { createAccessLog, idsIn, type WriteAccess } from "./access-log";
import { type BodyForm, jsonBody } from "./body";
import type { Caller, Callers } from "./callers";
import type { Logger } from "./logger";
import { metrics } from "./metrics";
import { type ApiInfo, openApiDocument } from "./openapi";
import { commonHeaders, type ErrorForm, type Fault, invalid, Problem, problemDetails, toProblem } from "./problem";
import * as z from "./schema";
import type { OpenSpan, Tracing } from "./tracing";
import { countInMemory, createUsageLimit, type TakeRequests } from "./usage-limit";

/** What every request carries: its id (X-Request-Id, made when the client sends none), and its X-Ray trace on AWS. */
export type ApiEnv = {
  Variables: {
    requestId: string;
    problem?: Problem;
    /** Who calls; undefined where everybody may. */
    caller?: Caller;
    /** Ids of those whose data the request reads or changes, for the access log: handlers add those that are not in its path. */
    people?: readonly string[];
    /** Ids of the jobs that the request had queued: whoever follows it in the logs goes on with them. */
    jobs?: readonly string[];
  };
};

export interface Answer {
  readonly description: string;
  readonly body?: z.core.$ZodType;
}

/** One route: what it takes, what it answers. The OpenAPI document is made of these. */
export interface Operation<Request extends z.core.$ZodObject> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As OpenAPI writes it: `/users/{id}`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly description?: string;
  /** An object of any of `params`, `query`, `headers` (names in lower case) and `body` (JSON), each an object schema. */
  readonly request: Request;
  /** By status, besides the problems that every operation may answer. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Largest body in bytes. @default 16384 */
  readonly bodyLimit?: number;
  /** How the body may be sent. @default jsonBody */
  readonly bodyForm?: BodyForm;
  /** Whether the OpenAPI document says that a bearer token is needed; checking it is the handler's. @default false */
  readonly bearer?: boolean;
  /** What a caller's token must allow where callers are known (`admit`); has no meaning where everybody may call. */
  readonly scope?: string;
}

export interface ApiOptions extends ApiInfo {
  readonly logger: Logger;
  /** Makes each request a span. @default none is */
  readonly tracing?: Tracing | undefined;
  /** Resolves when the service can work: asks the database, for one. Not called unless `GET /health?deep` asks. */
  readonly ready: () => Promise<unknown>;
  /** How errors are written. @default problemDetails */
  readonly errorForm?: ErrorForm;
  /** What `GET /health` answers. @default { status: "ok" } */
  readonly healthy?: Readonly<Record<string, unknown>>;
  /** Whether the request lines are CloudWatch metrics as well. @default false */
  readonly withMetrics?: boolean;
}

/** Anything else in this header could forge lines in the logs of whoever trusts it. */
const saneRequestId = /^[\w.:-]{8,128}$/;

/** Where clients reach the API: a router in front that strips a prefix names it in X-Forwarded-Prefix. */
const prefixOf = (context: Context) => {
  const prefix = context.req.header("x-forwarded-prefix") ?? "";
  return /^(\/[\w-]+)+$/.test(prefix) ? prefix : "";
};

const pattern = (path: string) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);

/**
 * An HTTP API whose requests are checked, whose errors are problem details, which logs one line a request and documents
 * itself: `GET /openapi.json`, `GET /health`. `fetch` takes a web Request, under Node and Lambda alike.
 */
export class Api {
  readonly #app = new Hono<ApiEnv>();
  readonly #operations: Operation<z.core.$ZodObject>[] = [];
  readonly #methods = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  #document: Record<string, unknown> | undefined;
  #callers: Callers | undefined;
  #writeAccess: WriteAccess | undefined;
  #limit: (caller: string) => Promise<void> = async () => undefined;

  constructor(private readonly options: ApiOptions) {
    this.#app.use((context, next) => this.#observe(context, next));
    this.#app.onError((error, context) => {
      const problem = toProblem(error);
      context.set("problem", problem);
      return this.#refuse(problem, context);
    });
    this.#app.notFound((context) => this.#missing(context));
    this.#get("/health", async (context) => {
      if (context.req.query("deep") !== undefined) await options.ready();
      return context.json(options.healthy ?? { status: "ok" });
    });
    this.#get("/openapi.json", (context) => context.json(this.document(prefixOf(context))));
  }

  /**
   * Lets in those whom `callers` admits, and each to what its token allows; has to be said before the operations.
   * `GET /caller` then tells a caller who it is.
   * @param callers undefined: everybody
   * @param take counts what a caller takes of its limit. @default each instance for itself
   */
  admit(callers: Callers | undefined, take: TakeRequests = countInMemory()): this {
    if (this.#operations.length > 0) throw new Error("operations were added before it was said who may call them");
    if (callers === undefined) return this;
    this.#callers = callers;
    this.#writeAccess = createAccessLog(this.options.logger);
    const { requestsPerMinute } = callers;
    if (requestsPerMinute !== undefined) this.#limit = createUsageLimit(requestsPerMinute, take);
    this.#get("/caller", async (context) => {
      const { subject, client, scopes } = await this.#admitted(callers, context);
      return context.json({ subject, client, scopes: [...scopes] });
    });
    return this;
  }

  /** Whether those alone are let in whom `admit` was told of. */
  get knowsCallers(): boolean {
    return this.#callers !== undefined;
  }

  /** Adds a route. The handler gets the request as its schema parsed it; what it throws becomes the answer. */
  operation<Request extends z.core.$ZodObject>(
    operation: Operation<Request>,
    handle: (request: z.output<Request>, context: Context<ApiEnv>) => Response | Promise<Response>,
  ): this {
    const { method, path, scope, request: schema, bodyLimit = 16_384, bodyForm = jsonBody } = operation;
    if (this.#callers !== undefined && scope === undefined) {
      throw new Error(`${method} ${path} must name the scope that its callers need`);
    }
    this.#operations.push(operation);
    const hasBody = "body" in schema._zod.def.shape;
    this.#route(method.toUpperCase(), path, async (context) => {
      if (this.#callers !== undefined) {
        context.set("people", idsIn(context.req.param()));
        await this.#admitted(this.#callers, context, scope);
      }
      const result = z.safeParse(schema, {
        params: context.req.param(),
        query: context.req.query(),
        headers: "headers" in schema._zod.def.shape ? context.req.header() : undefined,
        body: hasBody ? await bodyForm.read(context.req.raw, bodyLimit) : undefined,
      });
      if (!result.success) throw invalid(...faultsOf(result.error));
      return handle(result.data, context);
    });
    return this;
  }

  readonly fetch = (request: Request, ...rest: [env?: object]): Response | Promise<Response> =>
    this.#app.fetch(request, ...rest);

  /** The OpenAPI 3.1 document, for clients that reach the API under `prefix`. */
  document(prefix = ""): Record<string, unknown> {
    this.#document ??= openApiDocument(this.options, this.#operations, this.#callers?.discoveryUrl);
    return { ...this.#document, servers: [{ url: prefix || "/" }] };
  }

  async #admitted(callers: Callers, context: Context<ApiEnv>, scope?: string): Promise<Caller> {
    const caller = await callers.admit(context.req.header("authorization"), this.options.name, scope);
    context.set("caller", caller);
    await this.#limit(caller.subject);
    return caller;
  }

  #get(path: string, handle: (context: Context<ApiEnv>) => Response | Promise<Response>) {
    this.#route("GET", path, async (context) => handle(context));
  }

  #route(method: string, path: string, handle: (context: Context<ApiEnv>) => Promise<Response>) {
    const known = this.#methods.get(path) ?? { pattern: pattern(path), methods: new Set<string>() };
    known.methods.add(method);
    this.#methods.set(path, known);
    this.#app.on(method, path.replaceAll(/\{(\w+)\}/g, ":$1"), handle);
  }

  #missing(context: Context<ApiEnv>): Response {
    const methods = [...this.#methods.values()].find((route) => route.pattern.test(context.req.path))?.methods;
    // Hono answers HEAD wherever there is a GET.
    const allowed = methods && [...methods].flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name])).join(", ");
    return this.#refuse(
      allowed === undefined
        ? new Problem(404, "There is nothing at this path: GET /openapi.json lists what there is.")
        : new Problem(405, `This path takes ${allowed}.`, { headers: { Allow: allowed } }),
      context,
    );
  }

  #refuse(problem: Problem, context: Context<ApiEnv>): Response {
    const { errorForm = problemDetails } = this.options;
    return errorForm.response(problem, context.get("requestId"));
  }

  async #observe(context: Context<ApiEnv>, next: () => Promise<void>): Promise<void> {
    const start = performance.now();
    const given = context.req.header("x-request-id");
    const requestId = given !== undefined && saneRequestId.test(given) ? given : randomUUID();
    context.set("requestId", requestId);
    // Set before there is a response: one that is changed afterwards costs the Node adapter its short cut.
    for (const [name, value] of Object.entries(commonHeaders(requestId))) context.header(name, value);
    const span = this.#begin(context, requestId);
    await (span === undefined ? next() : span.within(next));
    const { status } = context.res;
    const milliseconds = Math.round((performance.now() - start) * 100) / 100;
    span?.end(endOf(context, status));
    this.#log(context, { requestId, status, milliseconds, traceId: span?.traceId });
  }

  /** The span of a request, which goes on the trace of whoever sent it. Nobody wants one for each look at our health. */
  #begin({ req }: Context<ApiEnv>, requestId: string): OpenSpan | undefined {
    const { tracing } = this.options;
    if (tracing === undefined || req.path === "/health") return undefined;
    const headers = ["traceparent", "tracestate", "x-amzn-trace-id"].map((name) => [name, req.header(name)] as const);
    return tracing.begin({
      name: req.method,
      kind: "SERVER",
      attributes: { "http.request.method": req.method, "platform.request.id": requestId },
      parent: Object.fromEntries(headers),
    });
  }

  #log(
    context: Context<ApiEnv>,
    { traceId, ...line }: { requestId: string; status: number; milliseconds: number; traceId: string | undefined },
  ) {
    const { logger, withMetrics } = this.options;
    const problem = context.get("problem");
    const fields = {
      ...line,
      method: context.req.method,
      route: routeOf(context),
      jobs: context.get("jobs"),
      traceId: context.req.header("x-amzn-trace-id") ?? traceId,
      ...(withMetrics &&
        metrics(
          {
            requests: [1, "Count"],
            errors: [line.status >= 500 ? 1 : 0, "Count"],
            latency: [line.milliseconds, "Milliseconds"],
          },
          { byVersion: true },
        )),
    };
    if (problem && problem.status >= 500) logger.error({ ...fields, err: problem.cause ?? problem }, "request failed");
    else logger.info(fields, "request");
    const people = context.get("people");
    if (people === undefined) return;
    const { requestId, status, method, route } = fields;
    const caller = context.get("caller");
    this.#writeAccess?.({ requestId, status, operation: `${method} ${route}`, people, problem, caller });
  }
}

/** The pattern of the route, since a path may hold what must not be logged. */
const routeOf = ({ req }: Context<ApiEnv>) => req.matchedRoutes.at(-1)?.path ?? "none";

function endOf(context: Context<ApiEnv>, status: number) {
  const route = routeOf(context);
  return {
    name: `${context.req.method} ${route}`,
    attributes: { "http.route": route, "http.response.status_code": status },
    error: status >= 500 ? String(status) : undefined,
  };
}

const parts = ["body", "params", "query", "headers"] as const;

function faultsOf(error: z.core.$ZodError): Fault[] {
  return error.issues.map(({ path: [part, ...pointer], message }) => ({
    in: parts.find((name) => name === part) ?? "body",
    pointer: pointer.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
    detail: message,
  }));
}
