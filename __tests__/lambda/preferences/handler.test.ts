import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type S3Server, startS3 } from "../../../dependencies/imports/s3";
import { s3Credentials, s3Environment } from "../../../dependencies/imports/stand-in-program";
import { bundleFunction } from "../../../ops/build-functions/function-bundle";
import { type TestDatabase, testDatabase } from "../../database";
import { startIssuer } from "../../issuer";

const bucket = "imports";
let folder: string;
let database: TestDatabase;
let server: S3Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "function-"));
  [database, server] = await Promise.all([testDatabase(), startS3({ folder: join(folder, "s3"), buckets: [bucket] })]);
  for (const { name, contents } of await bundleFunction("lambda/preferences")) {
    await writeFile(join(folder, name), contents);
  }
});
afterAll(async () => {
  await Promise.all([database.drop(), server.stop()]);
  await rm(folder, { recursive: true });
});

/**
 * Calls the bundled function as Lambda does: a fresh process, the bundle's files alone, one event. The process ends with
 * the answer, and no write in the background ends, as when Lambda freezes it: `lines` are those logged by then.
 */
async function invoke(
  event: object,
  env: Readonly<Record<string, string>> = {},
  timeLeft = 28_000,
): Promise<{ answer: unknown; lines: Record<string, unknown>[] }> {
  const program = `(async () => {
    require("node:fs").write = () => undefined;
    const { handler } = await import(${JSON.stringify(join(folder, "index.mjs"))});
    const answer = await handler(${JSON.stringify(event)}, { awsRequestId: "request", getRemainingTimeInMillis: () => ${timeLeft} });
    require("node:fs").writeSync(1, "answer " + JSON.stringify(answer ?? null));
    process.kill(process.pid, "SIGKILL");
  })()`;
  const child = spawn(process.execPath, ["-e", program], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      AWS_REGION: "eu-west-1",
      BASE_PATH: "/preferences",
      DATABASE_URL: database.preferencesUrl,
      ...s3Environment(server.url),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  const [lines = "", answer] = stdout.split("answer ");
  if (answer === undefined) throw new Error(`the function ended without an answer: ${stderr}${stdout}`);
  return {
    answer: JSON.parse(answer),
    lines: lines
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  };
}

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

test("the bundled function imports an object that S3 tells it of", async () => {
  const s3 = new S3Client({
    endpoint: server.url,
    region: "eu-west-1",
    credentials: s3Credentials,
    forcePathStyle: true,
  });
  const line = { email: "imported@example.com", consents: [{ id: "sms_notifications", enabled: true }] };
  const Key = "imports/new users é.ndjson";
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `${JSON.stringify(line)}\n` }));
  s3.destroy();

  // S3 names keys as forms do: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
  const object = { key: "imports/new+users+%C3%A9.ndjson", size: 90, eTag: "tag", sequencer: "1" };
  const event = {
    Records: [{ eventSource: "aws:s3", eventName: "ObjectCreated:Put", s3: { bucket: { name: bucket }, object } }],
  };
  // A function whose time is nearly over fails by itself, and the next one goes on.
  await expect(invoke(event, {}, 1000)).rejects.toThrow("the next one goes on");
  await invoke(event);
  const { answer } = await invoke(request("GET", "/preferences/users"));
  expect(answer).toMatchObject({
    statusCode: 200,
    body: expect.stringMatching(/"imported@example.com","consents":\[\{"id":"sms_notifications","enabled":true\}\]/),
  });
});
