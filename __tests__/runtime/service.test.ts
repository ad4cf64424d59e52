import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { build } from "esbuild";
import { bundleFunction } from "../../ops/build-functions/function-bundle";
import { serviceEntries, serviceEntry } from "../../runtime/service-entry";

const names = ["minimal", "minimal-events"] as const;
type Name = (typeof names)[number];
let folder: string;

beforeAll(async () => {
  // Below the project, so that its packages resolve.
  await mkdir(".cache", { recursive: true });
  folder = await mkdtemp(join(".cache", "kit-"));
  await build({
    entryPoints: Object.fromEntries(names.map((name) => [name, serviceEntry("process", `__tests__/runtime/${name}`)])),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    plugins: [serviceEntries],
  });
  for (const name of names) {
    const [index] = await bundleFunction(`__tests__/runtime/${name}`);
    await writeFile(join(folder, `${name}-function.mjs`), index?.contents ?? "");
  }
});
afterAll(() => rm(folder, { recursive: true }));

type Line = Readonly<Record<string, unknown>>;

function start(env: Readonly<Record<string, string>>, name: Name = "minimal") {
  const child = spawn(process.execPath, [join(folder, `${name}.mjs`)], {
    env: { PATH: process.env.PATH, HTTP_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: Line[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line)));
  return { child, lines, stderr: text(child.stderr) };
}

async function said(child: ChildProcess, lines: readonly Line[], message: string): Promise<Line> {
  for (;;) {
    const line = lines.find(({ msg }) => msg === message);
    if (line !== undefined) return line;
    if (child.exitCode !== null) throw new Error(`ended without saying ${message}`);
    await new Promise(setImmediate);
  }
}

describe("a minimal service as a process", () => {
  test("listens, answers /health and its operations, drains on SIGTERM, closes what it opened, and exits 0", async () => {
    const { child, lines } = start({ WORD: "hello", PAUSE: "300" });
    const { port } = await said(child, lines, "listening");
    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
    const underWay = fetch(`${url}/word`);
    await said(child, lines, "asked");
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    expect(await (await underWay).json()).toEqual({ word: "hello" });
    expect(await exit).toEqual([0, null]);
    expect(lines.map(({ msg }) => msg).slice(-3)).toEqual(["asked", "request", "word closed"]);
    expect(new Set(lines.map((line) => line.service))).toEqual(new Set(["minimal"]));
  });

  test("names every variable that is missing or invalid, of the kit, of what it uses, and its own", async () => {
    const { child, stderr } = start({ PAUSE: "soon", HTTP_PORT: "" });
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(await stderr).toMatch(/HTTP_PORT is missing[\s\S]*PAUSE is invalid[\s\S]*WORD is missing/);
  });
});

/**
 * Calls the function as Lambda does: a fresh process and one event. The process ends with the answer, and no write in the
 * background ends: `lines` are those logged by then.
 */
async function invoke(event: object, name: Name = "minimal") {
  const program = `
    require("node:fs").write = () => undefined;
    import(${JSON.stringify(join(process.cwd(), folder, `${name}-function.mjs`))})
      .then(({ handler }) => handler(${JSON.stringify(event)}, { awsRequestId: "request" }))
      .then((answer) => "answer " + JSON.stringify(answer ?? null), (error) => "error " + error.message)
      .then((result) => { require("node:fs").writeSync(1, result); process.kill(process.pid, "SIGKILL"); });`;
  const child = spawn(process.execPath, ["-e", program], {
    env: { PATH: process.env.PATH, WORD: "hello", BASE_PATH: "/minimal" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = (await text(child.stdout)).split("\n");
  return { result: lines.at(-1), lines: lines.slice(0, -1).map((line): Line => JSON.parse(line)) };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html */
const request = {
  resource: "/minimal/{proxy+}",
  path: "/minimal/word",
  httpMethod: "GET",
  headers: {},
  multiValueHeaders: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { httpMethod: "GET", path: "/minimal/word", stage: "live", requestId: "request" },
  body: null,
  isBase64Encoded: false,
};

describe("a minimal service as a Lambda function", () => {
  test("answers an event of API Gateway under its prefix, and has logged it, with metrics, by then", async () => {
    const { result, lines } = await invoke(request);
    expect(result).toMatch(/^answer .*"statusCode":200/);
    expect(result).toContain(String.raw`{\"word\":\"hello\"}`);
    expect(lines.at(-1)).toMatchObject({
      msg: "request",
      route: "/word",
      status: 200,
      requests: 1,
      service: "minimal",
    });
  });
});

describe("a minimal service that works on events", () => {
  test("as a process looks for work, stops that on SIGTERM, and exits 0", async () => {
    const { child, lines } = start({}, "minimal-events");
    await said(child, lines, "looking for work");
    const closed = once(child, "close");
    child.kill("SIGTERM");
    expect(await closed).toEqual([0, null]);
    expect(lines.at(-1)).toMatchObject({ msg: "looked enough", service: "minimal-events" });
  });

  const message = (body: string) => ({ eventSource: "aws:sqs", messageId: "m-1", body });

  test("as a function is handed each message of its queue", async () => {
    const { result, lines } = await invoke(
      { Records: [message('{"number":1}'), message('{"number":2}')] },
      "minimal-events",
    );
    expect(result).toBe("answer null");
    expect(lines.map((line) => line.message)).toEqual([{ number: 1 }, { number: 2 }]);
  });

  test("as a function fails on a message that is not JSON, and repeats nothing of it", async () => {
    const { result, lines } = await invoke({ Records: [message("secret {")] }, "minimal-events");
    expect(result).toBe("error message m-1 is not JSON");
    expect(lines).toEqual([]);
  });

  test("as a function answers an event without messages, which asks whether it works", async () => {
    expect((await invoke({ Records: [] }, "minimal-events")).result).toBe("answer null");
  });

  test("as a function refuses an event of another source", async () => {
    const { result } = await invoke({ Records: [{ eventSource: "aws:s3" }] }, "minimal-events");
    expect(result).toBe("error minimal-events takes messages of SQS alone, no other event");
  });
});
