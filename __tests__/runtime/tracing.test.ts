import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../dependencies/free-port";
import { bundleOnce, entryFile } from "../../local/bundle";
import { bundleFunction } from "../../ops/build-functions/function-bundle";
import { Collector, readSpans } from "../collector";
import { until } from "../until";

const service = "__tests__/runtime/minimal";
let folder: string;
let program: string;
beforeAll(async () => {
  await mkdir(".cache", { recursive: true });
  folder = await mkdtemp(join(".cache", "tracing-"));
  program = await bundleOnce("minimal", entryFile(service), folder);
  for (const { name, contents } of await bundleFunction(service)) await writeFile(join(folder, name), contents);
  await writeFile(
    join(folder, "function.mjs"),
    `process.on("message", async ({ event, trace }) => {
       if (trace !== undefined) process.env._X_AMZN_TRACE_ID = trace;
       const { handler } = await import("./index.mjs");
       process.send(await handler(event, {}));
     });`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

const running: ChildProcess[] = [];
const collectors: Collector[] = [];
async function collect(answer?: Collector["answer"]): Promise<Collector> {
  const collector = await Collector.start(answer);
  collectors.push(collector);
  return collector;
}
afterEach(async () => {
  for (const collector of collectors.splice(0)) await collector.stop();
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
});

type Line = Readonly<Record<string, unknown>>;

/** The service as a process that listens. */
async function start(env: Readonly<Record<string, string>>, ...options: readonly string[]) {
  const child = spawn(process.execPath, [...options, program], {
    env: { PATH: process.env.PATH, HTTP_PORT: "0", WORD: "hello", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  const lines: Line[] = [];
  createInterface(child.stdout).on("line", (line) => {
    lines.push(line.startsWith("{") ? JSON.parse(line) : { msg: line });
  });
  await until(() => lines.some(({ msg }) => msg === "listening"));
  const port = lines.find(({ msg }) => msg === "listening")?.port;
  const ask = async (path = "/word", headers: Record<string, string> = {}) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status;
  return { child, lines, ask };
}

/** Prints each file of OpenTelemetry's that a process resolves. */
const hooks = `export async function resolve(specifier, context, next) {
  if (specifier.startsWith("@opentelemetry/")) (await import("node:fs")).writeSync(1, "loads " + specifier + "\\n");
  return next(specifier, context);
}`;
const traceOfLoads = `data:text/javascript,${encodeURIComponent(
  `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});`,
)}`;

describe("without a collector", () => {
  test("a process loads nothing of OpenTelemetry, and a request's headers are not even looked at", async () => {
    const { ask, lines } = await start({}, "--import", traceOfLoads);
    expect(await ask("/word", { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" })).toBe(200);
    await until(() => lines.some(({ msg }) => msg === "request"));
    expect(lines.find(({ msg }) => msg === "request")).not.toHaveProperty("traceId");
    expect(lines.filter(({ msg }) => String(msg).startsWith("loads @opentelemetry"))).toEqual([]);
  });

  test("neither does one whose SDK is disabled, with a collector; with it, the same look sees that it does", async () => {
    const collector = await collect();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const disabled = await start({ ...env, OTEL_SDK_DISABLED: "true" }, "--import", traceOfLoads);
    const enabled = await start(env, "--import", traceOfLoads);
    const loads = ({ lines }: typeof enabled) => lines.filter(({ msg }) => String(msg).startsWith("loads ")).length;
    expect(loads(disabled)).toBe(0);
    expect(loads(enabled)).toBeGreaterThan(0);
  });
});

describe("a collector that does not do its work", () => {
  const requests = 40;
  const quick = { OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_BSP_MAX_QUEUE_SIZE: "4", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "4" };

  async function askAll(ask: () => Promise<number>) {
    for (let sent = 0; sent < requests; sent += 1) expect(await ask()).toBe(200);
  }

  test("and never answers: requests are answered, what finds no room in the queue is dropped, and the log counts it", async () => {
    const collector = await collect(() => undefined);
    const { ask, lines } = await start({
      ...quick,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_TIMEOUT: "500",
    });
    await askAll(ask);
    await until(() => lines.some(({ msg }) => msg === "spans were not sent"));
    await until(async () => {
      await ask();
      return lines.some(({ telemetry }) => /^Dropped \d+ spans because maxQueueSize reached/.test(String(telemetry)));
    });
    // Batches of four at the most went out while forty requests were answered.
    expect(lines.filter(({ msg }) => msg === "spans were not sent").every(({ dropped }) => Number(dropped) <= 4)).toBe(
      true,
    );
    expect(collector.requests).toBeLessThan(requests / 4);
  });

  test.each([
    ["answers 500", 500],
    ["answers 400", 400],
  ])("and %s: requests are answered, and the log counts what was lost and says why", async (_, status) => {
    const collector = await collect((_request, response) => response.writeHead(status).end("no"));
    const { ask, lines } = await start({ ...quick, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await askAll(ask);
    await until(() => lines.some(({ msg }) => msg === "spans were not sent"));
    expect(lines.find(({ msg }) => msg === "spans were not sent")).toMatchObject({ level: "warn" });
  });

  test("and is away: requests are answered, and a process that ends waits a second for it at the most", async () => {
    const { child, ask, lines } = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    });
    await askAll(ask);
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });
});

test("OTEL_TRACES_SAMPLER decides: with always_off, nothing is sent", async () => {
  const collector = await collect();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "10" };
  const silent = await start({ ...env, OTEL_TRACES_SAMPLER: "always_off", OTEL_SERVICE_NAME: "silent" });
  const heard = await start({ ...env, OTEL_SERVICE_NAME: "heard", OTEL_RESOURCE_ATTRIBUTES: "team=loyalty" });
  expect(await silent.ask()).toBe(200);
  expect(await heard.ask()).toBe(200);
  await until(() => collector.spans.some(({ service: name }) => name === "heard"));
  // What the silent one has left to send, it sends before it ends.
  const ended = once(silent.child, "exit");
  silent.child.kill("SIGTERM");
  await ended;
  expect(collector.spans.filter(({ service: name }) => name === "silent")).toEqual([]);
});

test("a process that ends sends what it still has", async () => {
  const collector = await collect();
  const { child, ask } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "600000" });
  expect(await ask()).toBe(200);
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  expect(collector.spans.map(({ name }) => name)).toEqual(["GET /word"]);
});

describe("a function with X-Ray's daemon", () => {
  const trace = { root: "5759e988bd862e3fe1be46a994272793", parent: "53995c3f42cd8ad8" };
  const event = {
    resource: "/{proxy+}",
    path: "/word",
    httpMethod: "GET",
    headers: {},
    // What a client claims: Lambda's own word counts.
    multiValueHeaders: { traceparent: ["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { identity: { sourceIp: "203.0.113.9" } },
    body: null,
    isBase64Encoded: false,
  };

  let daemon: Socket;
  let datagrams: Buffer[];
  beforeEach(async () => {
    datagrams = [];
    daemon = createSocket("udp4");
    daemon.on("message", (datagram) => datagrams.push(datagram));
    daemon.bind(0, "127.0.0.1");
    await once(daemon, "listening");
  });
  afterEach(() => daemon.close());

  /** Has the function answer; resolves with its status. It is killed with its answer, as one that is frozen for ever. */
  async function invoke(sampled: 0 | 1) {
    const child = spawn(process.execPath, [join(folder, "function.mjs")], {
      env: { PATH: process.env.PATH, WORD: "hello", AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    running.push(child);
    const header = `Root=1-${trace.root.slice(0, 8)}-${trace.root.slice(8)};Parent=${trace.parent};Sampled=${sampled}`;
    child.send({ event, trace: header });
    const [answer] = await once(child, "message");
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    return JSON.parse(JSON.stringify(answer)).statusCode;
  }

  test("has sent its span there when it answers, under the segment that Lambda names", async () => {
    expect(await invoke(1)).toBe(200);
    await until(() => datagrams.length > 0);
    // Form and prefix as AWS's exporter writes them and the daemon reads them.
    const [header, document = ""] = (datagrams[0] ?? Buffer.alloc(0)).toString().split("\n");
    expect(JSON.parse(header ?? "")).toEqual({ format: "json", version: 1 });
    expect(document.slice(0, 3)).toBe("T1S");
    expect(readSpans(Buffer.from(document.slice(3), "base64"))).toEqual([
      expect.objectContaining({
        name: "GET /word",
        service: "minimal",
        kind: "SPAN_KIND_SERVER",
        traceId: trace.root,
        parentSpanId: trace.parent,
      }),
    ]);
  });

  test("sends nothing of a request that Lambda does not sample", async () => {
    expect(await invoke(0)).toBe(200);
    expect(await invoke(1)).toBe(200);
    await until(() => datagrams.length > 0);
    expect(datagrams).toHaveLength(1);
  });
});
