import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { connectRedis } from "../../runtime/redis";

/** The queues that services have opened in a Redis: BullMQ writes `<product>:<name>:meta` for each. */
export class Queues {
  readonly #connection: Redis;
  readonly #known = new Map<string, Queue>();

  constructor(redisUrl: string) {
    this.#connection = connectRedis(redisUrl)("answering");
    this.#connection.options.commandTimeout = 1_000;
    // The console says that Redis is away; a line for each attempt would bury everything else.
    this.#connection.on("error", () => {});
  }

  /** Those known so far, whether Redis answers or not. */
  async find(): Promise<readonly Queue[]> {
    const keys = await this.#connection.keys("*:*:meta").catch(() => []);
    for (const key of keys.sort()) {
      const [, prefix = "", name = ""] = /^([^:]+):(.+):meta$/.exec(key) ?? [];
      if (name === "" || this.#known.has(key)) continue;
      this.#known.set(
        key,
        new Queue(name, { connection: this.#connection, prefix }).on("error", () => {}),
      );
    }
    return [...this.#known.values()];
  }

  /** The state of a job, in whichever queue it is. */
  async stateOf(id: string): Promise<string | undefined> {
    const states = await Promise.all(
      (await this.find()).map(async (queue) => {
        const state = await queue.getJobState(id).catch(() => "unknown");
        return state === "unknown" ? [] : [state];
      }),
    );
    return states.flat()[0];
  }

  close(): void {
    this.#connection.disconnect();
  }
}
