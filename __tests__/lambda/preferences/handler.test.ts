import { type TestDatabase, testDatabase } from "../../database";
import { startIssuer } from "../../issuer";
import { type BundledFunction, bundledFunction } from "../bundled-function";

let bundle: BundledFunction;
let database: TestDatabase;

beforeAll(async () => {
  [bundle, database] = await Promise.all([bundledFunction("lambda/preferences"), testDatabase()]);
});
afterAll(() => Promise.all([bundle.remove(), database.drop()]));

const invoke = (event: object, env: Readonly<Record<string, string>> = {}) =>
  bundle.invoke(event, { BASE_PATH: "/preferences", DATABASE_URL: database.preferencesUrl, ...env });

/** https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html */
const request = (httpMethod: string, path: string, body?: object, authorization?: string) => ({
  resource: "/preferences/{proxy+}",
  path,
  httpMethod,
  headers: {
    "Content-Type": "application/json",
    Host: "api.example.com",
    ...(authorization && { Authorization: authorization }),
  },
  multiValueHeaders: {
    "Content-Type": ["application/json"],
    Host: ["api.example.com"],
    ...(authorization && { Authorization: [authorization] }),
  },
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { resourcePath: "/preferences/{proxy+}", httpMethod, path, stage: "live", requestId: "request" },
  body: body === undefined ? null : JSON.stringify(body),
  isBase64Encoded: false,
});

test("the bundled function answers a request of API Gateway under its prefix, and has logged it by then", async () => {
  const health = await invoke(request("GET", "/preferences/health"));
  expect(health.answer).toMatchObject({ statusCode: 200 });
  expect(health.lines).toEqual([
    expect.objectContaining({ msg: "request", route: "/health", status: 200, requests: 1 }),
  ]);

  const { answer } = await invoke(request("POST", "/preferences/users", { email: "through@example.com" }));
  expect(answer).toMatchObject({ statusCode: 201, body: expect.stringContaining('"email":"through@example.com"') });
});

test("the bundled function lets in callers of its issuer alone, and has logged who asked for whom by then", async () => {
  const issuer = await startIssuer();
  const env = { CALLERS_ISSUER: issuer.url, CALLERS_AUDIENCE: issuer.audience, CALLERS_REQUESTS_PER_MINUTE: "1" };
  const id = "00000000-0000-4000-8000-000000000001";
  const ask = (authorization?: string) =>
    invoke(request("GET", `/preferences/users/${id}`, undefined, authorization), env);
  try {
    const stranger = await ask();
    expect(stranger.answer).toMatchObject({ statusCode: 401 });
    const token = `Bearer ${await issuer.clientToken("preferences:read")}`;
    const { answer, lines } = await ask(token);
    expect(answer).toMatchObject({ statusCode: 404 });
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: "access", subject: "shop", people: [id], status: 404 }),
    );
    // Each call is an instance of its own: the count is not. A minute may have begun between two of three.
    const statuses = [(await ask(token)).answer, (await ask(token)).answer];
    expect(statuses).toContainEqual(expect.objectContaining({ statusCode: 429 }));
  } finally {
    await issuer.stop();
  }
});
