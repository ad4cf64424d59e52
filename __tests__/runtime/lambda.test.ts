import { requestHandler } from "../../runtime/lambda";

const restEvent = (path: string, body: string | null = null) => ({
  version: "1.0",
  resource: "/{proxy+}",
  path,
  httpMethod: body === null ? "GET" : "POST",
  headers: { "Content-Type": "application/json", Host: "api.example.com" },
  multiValueHeaders: { "Content-Type": ["application/json"], Host: ["api.example.com"] },
  queryStringParameters: { limit: "5" },
  multiValueQueryStringParameters: { limit: ["5"] },
  pathParameters: null,
  stageVariables: null,
  body,
  isBase64Encoded: false,
  requestContext: {},
});

const echo = {
  fetch: async (request: Request) =>
    Response.json(
      {
        path: new URL(request.url).pathname,
        limit: new URL(request.url).searchParams.get("limit"),
        prefix: request.headers.get("x-forwarded-prefix"),
        body: request.method === "POST" ? await request.json() : undefined,
      },
      { status: 201 },
    ),
};

async function send(basePath: string, path: string, body?: string) {
  // API Gateway sends more than the adapter's type lists; JSON in, JSON out, as on AWS.
  const event = JSON.parse(JSON.stringify(restEvent(path, body ?? null)));
  const result = JSON.parse(JSON.stringify(await requestHandler(echo, basePath)(event)));
  return { status: result.statusCode, ...JSON.parse(result.body) };
}

describe("a Lambda handler", () => {
  test("strips the prefix that API Gateway shows the service under, and names it", async () => {
    expect(await send("/preferences", "/preferences/users")).toEqual({
      status: 201,
      path: "/users",
      limit: "5",
      prefix: "/preferences",
    });
    expect(await send("/preferences", "/preferences")).toMatchObject({ path: "/" });
  });

  test("leaves a path alone that only begins alike, or when there is no prefix", async () => {
    expect(await send("/preferences", "/preferences2/users")).toMatchObject({
      path: "/preferences2/users",
      prefix: null,
    });
    expect(await send("", "/users")).toMatchObject({ path: "/users", prefix: null });
  });

  test("replaces a prefix that the client claims", async () => {
    const event = restEvent("/preferences/users");
    const multiValueHeaders = { ...event.multiValueHeaders, "X-Forwarded-Prefix": ["/claimed"] };
    const sent = JSON.parse(JSON.stringify({ ...event, multiValueHeaders }));
    const result = JSON.parse(JSON.stringify(await requestHandler(echo, "/preferences")(sent)));
    expect(JSON.parse(result.body)).toMatchObject({ prefix: "/preferences" });
  });

  test("names the address that API Gateway saw, whatever the client says of itself", async () => {
    const event = restEvent("/users");
    const multiValueHeaders = { ...event.multiValueHeaders, "X-Forwarded-For": ["192.0.2.1, 203.0.113.9"] };
    const requestContext = { identity: { sourceIp: "203.0.113.9" } };
    const seen: unknown[] = [];
    const handler = requestHandler({
      fetch: (_, connection) => {
        seen.push(connection);
        return new Response();
      },
    });
    await handler(JSON.parse(JSON.stringify({ ...event, multiValueHeaders, requestContext })));
    await handler(JSON.parse(JSON.stringify(event)));
    expect(seen).toEqual([
      { address: "203.0.113.9", throughSocket: false },
      { address: undefined, throughSocket: false },
    ]);
  });

  test("hands the body on", async () => {
    expect(await send("/preferences", "/preferences/users", '{"email":"a@b.co"}')).toMatchObject({
      body: { email: "a@b.co" },
    });
  });
});
