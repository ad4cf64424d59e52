import { createInterface } from "node:readline";
import { Agent, type Dispatcher } from "undici";
import { Failure } from "../runtime/failure";
import { controlSocket, type PlatformStatus } from "./control-server";
import type { LogLine } from "./logs";
import type { RecentLine } from "./recent-lines";

/** Asks the platform whose state is in this folder. Every method rejects with `NotRunning` when none runs. */
export class ControlClient {
  readonly #agent: Agent;

  constructor(folder: string) {
    // A stop, or a log without lines, takes as long as it takes; nothing keeps a connection, so the process can end.
    const limits = { headersTimeout: 0, bodyTimeout: 0, pipelining: 0 };
    this.#agent = new Agent({ ...limits, connect: { socketPath: controlSocket(folder) } });
  }

  /** What runs, or nothing when no platform does. */
  async find(): Promise<PlatformStatus | undefined> {
    return this.status().catch((error: unknown) => {
      if (error instanceof NotRunning) return undefined;
      throw error;
    });
  }

  async status(): Promise<PlatformStatus> {
    return JSON.parse(await (await this.#ask("GET", "/")).text());
  }

  async scale(workers: number): Promise<PlatformStatus> {
    return JSON.parse(await (await this.#ask("POST", `/scale?workers=${workers}`)).text());
  }

  /** Resolves when everything is stopped. */
  async stop(): Promise<void> {
    await (await this.#ask("POST", "/stop")).text();
  }

  /** Every line from now on, until the platform stops. */
  async *logs(name?: string): AsyncGenerator<LogLine> {
    const answer = await this.#ask("GET", name === undefined ? "/logs" : `/logs?name=${encodeURIComponent(name)}`);
    for await (const line of createInterface(answer)) yield JSON.parse(line);
  }

  /** The latest lines and then every new one, in batches: each a list of `RecentLine` as JSON. Ends with the platform or the signal. */
  async *tail(lines: number, name: string | undefined, signal: AbortSignal): AsyncGenerator<string> {
    const query = new URLSearchParams({ lines: String(lines), ...(name !== undefined && { name }) });
    const answer = await this.#ask("GET", `/tail?${query}`);
    signal.addEventListener("abort", () => answer.destroy(), { once: true });
    if (signal.aborted) answer.destroy();
    for await (const line of createInterface(answer)) yield line;
  }

  /** The latest lines that hold any of these words. */
  async lines(words: readonly string[]): Promise<readonly RecentLine[]> {
    const query = new URLSearchParams(words.map((word): [string, string] => ["word", word]));
    return JSON.parse(await (await this.#ask("GET", `/lines?${query}`)).text());
  }

  /** Jobs that were processed in the latest seconds, by queue. */
  async processed(seconds: number): Promise<Readonly<Record<string, number>>> {
    return JSON.parse(await (await this.#ask("GET", `/processed?seconds=${seconds}`)).text());
  }

  async #ask(method: Dispatcher.HttpMethod, path: string): Promise<Dispatcher.ResponseData["body"]> {
    const { statusCode, body } = await this.#agent
      .request({ origin: "http://control", method, path })
      .catch((error: NodeJS.ErrnoException) => {
        throw error.code === "ENOENT" || error.code === "ECONNREFUSED" ? new NotRunning() : error;
      });
    if (statusCode !== 200) throw new Failure(JSON.parse(await body.text()).error);
    return body;
  }
}

export class NotRunning extends Failure {
  constructor() {
    super("the platform is not running here: start it with make up");
  }
}
