import { type ServerResponse, STATUS_CODES } from "node:http";
import type { ProblemDetails } from "../../runtime/problem";

type Details = Omit<ProblemDetails, "status" | "type"> & { readonly type: "about:blank"; readonly status: number };

/** Problem details as the services answer them (RFC 9457), for what never reached a service. */
export const problemDetails = (status: number, detail: string, requestId: string): Details => ({
  type: "about:blank",
  title: STATUS_CODES[status] ?? "",
  status,
  detail,
  requestId,
});

/** Answers with problem details, or cuts the answer off where it has begun: then only that can tell it is not whole. */
export function answerProblem(
  response: ServerResponse,
  { status, detail, requestId, headers = {} }: ProblemAnswer,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // What a service's answer had set before it failed must not describe this one.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const body = JSON.stringify(problemDetails(status, detail, requestId));
  response
    .writeHead(status, {
      "content-type": "application/problem+json",
      "content-length": Buffer.byteLength(body),
      "x-request-id": requestId,
      ...headers,
    })
    .end(body);
}

export interface ProblemAnswer {
  readonly status: number;
  /** What happened and what to change. */
  readonly detail: string;
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
}
