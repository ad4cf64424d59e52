import { Writable } from "node:stream";
import * as z from "zod";
import { Api } from "../../runtime/api";
import { createLogger } from "../../runtime/logger";
import { Problem, ProblemDetails } from "../../runtime/problem";

const Note = z.strictObject({ text: z.string().max(10) }).meta({ id: "Note" });

function noteApi() {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const api = new Api({
    name: "notes",
    description: "Notes <b>of</b> people",
    logger: createLogger({ service: "notes", destination }),
    ready: async () => undefined,
    withMetrics: true,
  })
    .operation(
      {
        method: "post",
        path: "/notes/{id}",
        summary: "Write a note",
        request: z.object({ params: z.object({ id: z.uuid() }), body: Note }),
        answers: { 201: { description: "The note.", body: Note } },
        bodyLimit: 100,
      },
      ({ body }, context) => context.json(body, 201),
    )
    .operation({ method: "get", path: "/broken", summary: "Fail", request: z.object({}), answers: {} }, () => {
      throw new Error("secret of the house");
    })
    .operation({ method: "get", path: "/teapot", summary: "Refuse", request: z.object({}), answers: {} }, () => {
      throw new Problem(409, "Not twice.", { headers: { "X-Why": "because" } });
    });
  const send = (path: string, init?: RequestInit) => Promise.resolve(api.fetch(new Request(`http://x${path}`, init)));
  const post = (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
    send(`/notes/${crypto.randomUUID()}`, {
      method: "POST",
      body,
      headers: { "Content-Type": "application/json", ...headers },
      ...{ duplex: "half" },
    });
  return { api, lines, send, post };
}

describe("an API", () => {
  test("hands the parsed request to its operation", async () => {
    const answer = await noteApi().post('{"text":"hi"}');
    expect([answer.status, await answer.json()]).toEqual([201, { text: "hi" }]);
  });

  test("answers 422 with everything that is wrong and where", async () => {
    const { send } = noteApi();
    const answer = await send("/notes/1", {
      method: "POST",
      body: '{"text":"longer than ten","a/b":1}',
      headers: { "Content-Type": "application/json" },
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const { problems } = ProblemDetails.parse(await answer.json());
    expect(problems?.map((fault) => fault.in + fault.pointer)).toEqual(["params/id", "body/text", "body"]);
  });

  test.each([
    ["no JSON", "{", 422],
    ["broken UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 422],
    ["an empty body", "", 422],
    ["a body over the limit", `"${"x".repeat(200)}"`, 413],
    ["a body of unknown length over the limit", new Blob(["x".repeat(200)]).stream(), 413],
  ])("refuses %s", async (_, body, status) => {
    expect((await noteApi().post(body)).status).toBe(status);
  });

  test.each([
    ["another content type", { "Content-Type": "text/plain" }],
    ["another character set", { "Content-Type": "application/json; charset=latin1" }],
    ["a compressed body", { "Content-Encoding": "gzip" }],
  ])("answers 415 to %s", async (_, headers) => {
    expect((await noteApi().post('{"text":"hi"}', headers)).status).toBe(415);
  });

  test("answers 404 to an unknown path, and 405 with Allow to a known one", async () => {
    const { send } = noteApi();
    expect((await send("/nothing")).status).toBe(404);
    const answer = await send("/notes/1", { method: "DELETE" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await send("/health", { method: "POST" })).headers.get("allow")).toBe("GET, HEAD");
  });

  test("sends a problem with its headers, and keeps the cause of a 500 to its logs", async () => {
    const { send, lines } = noteApi();
    expect((await send("/teapot")).headers.get("x-why")).toBe("because");
    const answer = await send("/broken");
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain("secret");
    expect(JSON.stringify(lines)).toContain("secret of the house");
  });

  test("passes a sane request id on, and makes one otherwise", async () => {
    const { send } = noteApi();
    const idOf = async (given: string) =>
      (await send("/health", { headers: { "X-Request-Id": given } })).headers.get("x-request-id");
    expect(await idOf("trace-12345")).toBe("trace-12345");
    expect(await idOf('forged" level="error')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("logs one line a request: the route, not the path, with its metrics", async () => {
    const { send, lines } = noteApi();
    await send("/notes/somebody@example.com?token=1", { headers: { "X-Request-Id": "trace-12345" } });
    await send("/health");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: "info", service: "notes", requestId: "trace-12345", status: 405 });
    expect(lines[1]).toMatchObject({ route: "/health", requests: 1, errors: 0 });
    expect(lines[1]).toHaveProperty("_aws.CloudWatchMetrics.0.Namespace", "platform");
    // Each environment has its own, and each version of a function besides.
    const dimensions = ["environment", "service"];
    expect(lines[1]).toHaveProperty("_aws.CloudWatchMetrics.0.Dimensions", [dimensions, [...dimensions, "version"]]);
    expect(JSON.stringify(lines)).not.toContain("somebody");
  });

  test("describes itself in OpenAPI 3.1, under the prefix its clients use", async () => {
    const { send } = noteApi();
    const answer = await send("/openapi.json", { headers: { "X-Forwarded-Prefix": "/notes-service" } });
    const document: unknown = await answer.json();
    expect(document).toMatchObject({
      openapi: "3.1.1",
      servers: [{ url: "/notes-service" }],
      paths: {
        "/notes/{id}": {
          post: {
            parameters: [{ name: "id", in: "path", required: true, schema: { format: "uuid" } }],
            requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Note" } } } },
            responses: { 201: {}, 413: {}, 415: {}, 422: {}, 500: {}, 503: {} },
          },
        },
      },
      components: { schemas: { Note: { additionalProperties: false, required: ["text"] }, Problem: {} } },
    });
  });
});

describe("an API, in detail,", () => {
  test("makes a request id of its own for one that is short or long", async () => {
    const { send } = noteApi();
    for (const given of ["short", "x".repeat(129)]) {
      const answer = await send("/health", { headers: { "X-Request-Id": given } });
      expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test.each(["https://evil.example", "//evil.example", "/a/../b", "/a b", "/"])(
    "does not take %p for the prefix that its clients use",
    async (prefix) => {
      const answer = await noteApi().send("/openapi.json", { headers: { "X-Forwarded-Prefix": prefix } });
      expect(await answer.json()).toMatchObject({ servers: [{ url: "/" }] });
    },
  );

  test.each(["/health", "/broken", "/nothing"])("lets nobody keep or guess at its answer to %s", async (path) => {
    const { headers } = await noteApi().send(path);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("counts an error in its metrics, and logs the trace of a request", async () => {
    const { send, lines } = noteApi();
    await send("/broken", { headers: { "X-Amzn-Trace-Id": "Root=1-2-3" } });
    expect(lines[0]).toMatchObject({ level: "error", status: 500, errors: 1, traceId: "Root=1-2-3" });
  });

  test("answers 404, not 405, to a path that is longer than a known one", async () => {
    expect((await noteApi().send("/notes/1/2")).status).toBe(404);
  });

  test("refuses a body that is declared over the limit, without reading it", async () => {
    expect((await noteApi().post('{"text":"hi"}', { "Content-Length": "101" })).status).toBe(413);
  });

  test.each(["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"'])(
    "takes JSON as %s",
    async (type) => {
      expect((await noteApi().post('{"text":"hi"}', { "Content-Type": type })).status).toBe(201);
    },
  );
});
