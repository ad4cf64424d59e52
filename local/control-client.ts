import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { controlSocket, type PlatformStatus } from "./control-server";
import type { LogLine } from "./logs";

/** Asks the platform whose state is in this folder. Every method rejects with `NotRunning` when none runs. */
export class ControlClient {
  readonly #socketPath: string;

  constructor(folder: string) {
    this.#socketPath = controlSocket(folder);
  }

  /** What runs, or nothing when no platform does. */
  async find(): Promise<PlatformStatus | undefined> {
    try {
      return await this.status();
    } catch (error) {
      if (error instanceof NotRunning) return undefined;
      throw error;
    }
  }

  async status(): Promise<PlatformStatus> {
    return JSON.parse(await text(await this.#ask("GET", "/")));
  }

  async scale(workers: number): Promise<PlatformStatus> {
    return JSON.parse(await text(await this.#ask("POST", `/scale?workers=${workers}`)));
  }

  /** Resolves when everything is stopped. */
  async stop(): Promise<void> {
    await text(await this.#ask("POST", "/stop"));
  }

  /** Every line from now on, until the platform stops. */
  async *logs(name?: string): AsyncGenerator<LogLine> {
    const answer = await this.#ask("GET", name === undefined ? "/logs" : `/logs?name=${encodeURIComponent(name)}`);
    for await (const line of createInterface(answer)) yield JSON.parse(line);
  }

  async #ask(method: string, path: string): Promise<IncomingMessage> {
    const asked = request({ socketPath: this.#socketPath, method, path, agent: false }).end();
    const [answer]: IncomingMessage[] = await once(asked, "response").catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" || error.code === "ECONNREFUSED" ? new NotRunning() : error;
    });
    if (answer === undefined) throw new NotRunning();
    if (answer.statusCode !== 200) throw new Error(JSON.parse(await text(answer)).error);
    return answer;
  }
}

export class NotRunning extends Error {
  constructor() {
    super("the platform is not running here: start it with make up");
  }
}

async function text(answer: IncomingMessage): Promise<string> {
  let all = "";
  for await (const chunk of answer.setEncoding("utf8")) all += chunk;
  return all;
}
