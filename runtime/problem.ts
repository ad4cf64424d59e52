import * as z from "./schema";

// These two are only documented by their schemas, which are made when the document is asked for.

/** One thing that is wrong with a request, and where. */
export const Fault = z.lazy(() =>
  z.strictObject({
    in: z.enum(["body", "params", "query", "headers"]).check(z.describe("The part of the request.")),
    pointer: z.string().check(z.describe("JSON pointer into that part; empty for the whole of it.")),
    detail: z.string(),
  }),
);
export type Fault = z.infer<typeof Fault>;

/** Problem details: https://www.rfc-editor.org/rfc/rfc9457 */
export const ProblemDetails = z.lazy(() =>
  z
    .strictObject({
      type: z.literal("about:blank"),
      title: z.string().check(z.describe("The status in words.")),
      status: z.int(),
      detail: z.string().check(z.describe("What happened and what to change.")),
      requestId: z.string().check(z.describe("Quote it when you ask for help; the logs have it too.")),
      problems: z.optional(z.array(Fault)).check(z.describe("Everything that is wrong with the request (422).")),
    })
    .check(z.meta({ id: "Problem" })),
);
export type ProblemDetails = z.infer<typeof ProblemDetails>;

export const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof titles;

export interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly problems?: readonly Fault[];
  /** What caused it: logged, never sent. */
  readonly cause?: unknown;
}

/** An error that is an answer: thrown anywhere, sent as problem details with its status and headers. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly problems: readonly Fault[];

  constructor(status: ProblemStatus, detail: string, { headers = {}, problems = [], cause }: ProblemOptions = {}) {
    super(detail, { cause });
    this.name = "Problem";
    this.status = status;
    this.headers = headers;
    this.problems = problems;
  }
}

/** 422 with everything that is wrong. */
export const invalid = (...problems: readonly Fault[]) =>
  new Problem(422, "The request is not valid: see `problems`.", { problems });

/** 503 with Retry-After, for what a client may simply try again. */
export const unavailable = (detail: string, cause: unknown, retryAfterSeconds = 1) =>
  new Problem(503, detail, { cause, headers: { "Retry-After": String(retryAfterSeconds) } });

/** The one place where an error becomes a status. What is no Problem is ours to repair, so its cause stays in the logs. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(500, "Something went wrong on our side. The request may be sent again.", { cause: error });
}

/** How an API writes its errors. */
export interface ErrorForm {
  readonly schema: z.core.$ZodType;
  readonly contentType: string;
  readonly response: (problem: Problem, requestId: string) => Response;
}

/** Headers of every answer. */
export const commonHeaders = (requestId: string) => ({
  "X-Request-Id": requestId,
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
});

function problemResponse(problem: Problem, requestId: string): Response {
  const { status, message, problems, headers } = problem;
  const details: ProblemDetails = { type: "about:blank", title: titles[status], status, detail: message, requestId };
  if (problems.length > 0) details.problems = [...problems];
  return new Response(JSON.stringify(details), {
    status,
    headers: { ...commonHeaders(requestId), ...headers, "Content-Type": "application/problem+json" },
  });
}

/** The form of every API that has no older contract to keep. */
export const problemDetails: ErrorForm = {
  schema: ProblemDetails,
  contentType: "application/problem+json",
  response: problemResponse,
};
