import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { connectRedis } from "../../runtime/redis";

/** The queues that services have opened in a Redis: BullMQ writes `bull:<name>:meta` for each. */
export class Queues {
  readonly #connection: Redis;
  readonly #known = new Map<string, Queue>();

  constructor(redisUrl: string) {
    this.#connection = connectRedis(redisUrl)("answering");
    this.#connection.options.commandTimeout = 1_000;
    // The status page says that Redis is away; a line for each attempt would bury everything else.
    this.#connection.on("error", () => {});
  }

  /** Those known so far, whether Redis answers or not. */
  async find(): Promise<readonly Queue[]> {
    const keys = await this.#connection.keys("bull:*:meta").catch(() => []);
    for (const name of keys.map((key) => key.slice("bull:".length, -":meta".length)).sort()) {
      if (this.#known.has(name)) continue;
      this.#known.set(
        name,
        new Queue(name, { connection: this.#connection }).on("error", () => {}),
      );
    }
    return [...this.#known.values()];
  }

  close(): void {
    this.#connection.disconnect();
  }
}
