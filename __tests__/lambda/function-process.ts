import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { bundleFunction } from "../../ops/build-functions/function-bundle";

/** Takes one event after the other, as Lambda's runtime hands them to a function. */
const runtime = `
import { mock } from "node:test";
if (process.env.CLOCK === "by hand") mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
const { handler } = await import("./index.mjs");
process.on("message", async (message) => {
  if (typeof message.pass !== "number") return process.send(await handler(message, { awsRequestId: "request" }));
  // In small steps, with turns of the event loop between, so that what follows upon a timer sets the next one in time.
  for (let passed = 0; passed < message.pass; passed += 10) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    mock.timers.tick(10);
  }
});
process.send("ready");
`;

export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** A function's bundle in a process of its own, kept between requests as Lambda keeps it. */
export class FunctionProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly stderr: Promise<string>,
  ) {}

  /** @param env with CLOCK "by hand", its timers stand still but for `pass`: what it waits for is then told without a clock */
  static async start(folder: string, env: Readonly<Record<string, string>>): Promise<FunctionProcess> {
    const program = join(folder, "runtime.mjs");
    const stdio: ["ignore", "ignore", "pipe", "ipc"] = ["ignore", "ignore", "pipe", "ipc"];
    const child = fork(program, { env: { PATH: process.env.PATH, ...env }, stdio, execArgv: [] });
    const started = new FunctionProcess(child, child.stderr ? text(child.stderr) : Promise.resolve(""));
    await started.#next();
    return started;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async request(method: string, path: string, body?: Record<string, string>, more: object = {}): Promise<Answer> {
    const answer = this.#next();
    this.child.send({
      resource: "/{proxy+}",
      path,
      httpMethod: method,
      headers: {},
      multiValueHeaders: { "Content-Type": ["application/json"] },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      requestContext: { httpMethod: method, path, requestId: "request", identity: { sourceIp: "203.0.113.9" } },
      body: body === undefined ? null : JSON.stringify(body),
      isBase64Encoded: false,
      ...more,
    });
    return JSON.parse(JSON.stringify(await answer));
  }

  async #next(): Promise<unknown> {
    const settled = new AbortController();
    const { signal } = settled;
    const gone = once(this.child, "exit", { signal }).then(async () => {
      throw new Error(`the function ended: ${await this.stderr}`);
    });
    try {
      const [message] = await Promise.race([once(this.child, "message", { signal }), gone]);
      return message;
    } finally {
      settled.abort();
    }
  }

  /** Lets time pass for a function that was started with CLOCK "by hand": for none other of its timers does any. */
  pass(milliseconds: number): void {
    this.child.send({ pass: milliseconds });
  }

  /** Ends it as Lambda does, without a word. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exit;
  }
}

/** Writes a service's bundle, with native parts of this machine, into a folder of its own. */
export async function writeFunction(service: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "function-"));
  const platform = process.arch === "arm64" ? "linux-arm64-gnu" : "linux-x64-gnu";
  const files = await bundleFunction(service, platform);
  await Promise.all(files.map(({ name, contents }) => writeFile(join(folder, name), contents)));
  await writeFile(join(folder, "runtime.mjs"), runtime);
  return folder;
}
