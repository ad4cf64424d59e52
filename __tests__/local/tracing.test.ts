import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as stable from "@opentelemetry/semantic-conventions";
import * as incubating from "@opentelemetry/semantic-conventions/incubating";
import { databaseName } from "../../config/names";
import { payloadOf } from "../../contracts/loyalty";
import { withClient } from "../../dependencies/database/client";
import { postgresUrl } from "../../dependencies/database/postgres";
import { Collector, type ReceivedSpan } from "../collector";
import { until } from "../until";
import { RunningPlatform } from "./running-platform";

const client = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };

let platform: RunningPlatform;
let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start();
  platform = await RunningPlatform.prepare();
  await platform.up("authentication,transactions,loyalty", {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: "x-team=loyalty",
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_SERVICE_NAME: "not-for-services",
  });
});
afterAll(async () => {
  await platform?.end();
  await collector?.stop();
});

async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams(fields);
  return fetch(`${platform.url}${path}`, { method: "POST", body, headers });
}

/** Parents before their children, which stand as they began: the clocks of two processes are not compared. */
function inOrder(spans: readonly ReceivedSpan[], parent = client.spanId): readonly ReceivedSpan[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .sort((one, other) => Number(one.startTimeUnixNano - other.startTimeUnixNano))
    .flatMap((span) => [span, ...inOrder(spans, span.spanId)]);
}

/** Makes a transaction in the client's trace; resolves with its answer and the trace's spans. */
async function pay() {
  const { token }: { token: string } = JSON.parse(
    await (await post("/authentication/token", { username: "alice", password: "password" })).text(),
  );
  const traceparent = `00-${client.traceId}-${client.spanId}-01`;
  const answer = await post("/transactions", { token, amount: "2000", currency: "GBP" }, { traceparent });
  const { id }: { id: string } = JSON.parse(await answer.text());
  const ofTrace = () => collector.spans.filter(({ traceId }) => traceId === client.traceId);
  await until(() => ofTrace().some(({ name }) => name.startsWith("process ")) && ofTrace().length >= 6);
  return { id, requestId: answer.headers.get("x-request-id"), spans: inOrder(ofTrace()) };
}

describe("a transaction that a client names a trace for", () => {
  let paid: Awaited<ReturnType<typeof pay>>;
  beforeAll(async () => {
    paid = await pay();
  });
  const span = (service: string, name: string): ReceivedSpan => {
    const found = paid.spans.find((one) => one.service === service && one.name === name);
    if (found === undefined) throw new Error(`${service} has no ${name}: ${paid.spans.map(({ name }) => name)}`);
    return found;
  };

  test("is one trace from router to worker: each span a child of the one before it, in order", () => {
    const steps: readonly (readonly [service: string, name: string, kind: string, parent: string])[] = [
      ["router", "POST /transactions", "SERVER", client.spanId],
      ["transactions", "POST /", "SERVER", span("router", "POST /transactions").spanId],
      ["transactions", "INSERT loyalty.transactions", "CLIENT", span("transactions", "POST /").spanId],
      ["transactions", "send loyalty-transactions", "PRODUCER", span("transactions", "POST /").spanId],
      ["loyalty", "process loyalty-transactions", "CONSUMER", span("transactions", "send loyalty-transactions").spanId],
      ["loyalty", "UPDATE loyalty.transactions", "CLIENT", span("loyalty", "process loyalty-transactions").spanId],
    ];
    expect(
      paid.spans.map(({ service, name, kind, parentSpanId }) => [service, name, kind, parentSpanId].join()),
    ).toEqual(steps.map(([service, name, kind, parent]) => [service, name, `SPAN_KIND_${kind}`, parent].join()));
  });

  test("ends each span after it began, and its router's after its service's", () => {
    for (const { startTimeUnixNano, endTimeUnixNano } of paid.spans) {
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano);
    }
    const [router, service] = [span("router", "POST /transactions"), span("transactions", "POST /")];
    expect(router.endTimeUnixNano).toBeGreaterThanOrEqual(service.startTimeUnixNano);
  });

  test("tells its request, its route, its status, its statements and its job", () => {
    expect(span("transactions", "POST /").attributes).toEqual({
      "http.request.method": "POST",
      "http.route": "/",
      "http.response.status_code": "200",
      "platform.request.id": paid.requestId,
    });
    expect(span("loyalty", "process loyalty-transactions").attributes).toMatchObject({
      "messaging.system": "bullmq",
      "messaging.destination.name": "loyalty-transactions",
      "messaging.message.id": paid.id,
    });
    expect(span("transactions", "INSERT loyalty.transactions").attributes).toMatchObject({
      "db.system.name": "postgresql",
      "db.operation.name": "INSERT",
    });
  });

  test("has attributes of OpenTelemetry's conventions, and one of ours", () => {
    const every: Readonly<Record<string, unknown>> = { ...stable, ...incubating };
    const conventions = new Set(Object.values(every));
    const used = new Set(paid.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...used].filter((name) => !conventions.has(name))).toEqual(["platform.request.id"]);
  });

  test("says nothing of the person: no name, amount, token or query", () => {
    const values = paid.spans.flatMap(({ name, attributes }) => [name, ...Object.values(attributes)]);
    expect(values.filter((value) => /alice|2000|GBP|eyJ/.test(String(value)))).toEqual([]);
  });

  test("writes the trace's id into the request's line, by which its spans are found", () => {
    const line = readFileSync(join(platform.folder, "logs", "transactions.log"), "utf8");
    expect(line).toContain(`"traceId":"${client.traceId}"`);
  });
});

test("a transaction that a worker queues again, from the outbox, stays in its trace", async () => {
  const { port = 0 } = await platform.program("postgres");
  const [id, traceId] = [randomUUID(), randomUUID().replaceAll("-", "")];
  await withClient(postgresUrl(port, databaseName), async (sql) => {
    // What an API process leaves that died before it queued the job.
    await sql.query(
      `WITH accepted AS (
         INSERT INTO loyalty.transactions (id, user_id, amount, currency) VALUES ($1::uuid, 1, 2000, 'GBP')
       ) INSERT INTO loyalty.outbox (job_id, payload, due_at, traceparent) VALUES ($1::text, $2, now(), $3)`,
      [id, payloadOf(id), `00-${traceId}-${client.spanId}-01`],
    );
  });
  await until(() => collector.spans.some((span) => span.traceId === traceId && span.name.startsWith("UPDATE ")));
  const spans = inOrder(collector.spans.filter((span) => span.traceId === traceId));
  expect(spans.map(({ service, name }) => `${service} ${name}`)).toEqual([
    "loyalty send loyalty-transactions",
    "loyalty process loyalty-transactions",
    "loyalty UPDATE loyalty.transactions",
  ]);
});

test("the collector gets the headers that OTEL_EXPORTER_OTLP_HEADERS names", () => {
  expect(collector.headers["x-team"]).toBe("loyalty");
});

test("a look at a service's health, and what a worker does by itself, are no spans of theirs", async () => {
  for (const path of ["/transactions/health", "/transactions/openapi.json"]) await fetch(`${platform.url}${path}`);
  const routes = () => collector.spans.filter(({ service }) => service === "transactions").map(({ name }) => name);
  await until(() => routes().includes("GET /openapi.json"));
  expect(routes()).not.toContain("GET /health");
  const alone = collector.spans.filter(({ service, parentSpanId }) => service === "loyalty" && parentSpanId === "");
  expect(alone).toEqual([]);
});
