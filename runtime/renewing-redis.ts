import { setTimeout as delay } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import type { RedisCredential } from "./redis";

/** The options of a connection whose replies have the shapes of RESP2, as ioredis gives them by default. */
export type ConnectionOptions = RedisOptions & { readonly replyMapping?: "legacy" };

/**
 * A connection whose password is asked for anew before each time that it is opened: the first, and each after it was lost
 * or the server ended it, as ElastiCache does after twelve hours. ioredis itself reads its options once a connection, so
 * the password is in them by then; BullMQ duplicates connections, so duplicates do the same.
 */
export class RenewingRedis extends Redis {
  readonly #url: string;
  readonly #credential: RedisCredential;
  #asking: AbortController | undefined;

  constructor(url: string, options: ConnectionOptions, credential: RedisCredential) {
    super(url, { ...options, username: credential.user, lazyConnect: true });
    // Assigned rather than overridden: its type in ioredis is generic in the mapping of replies, which is never another here.
    Object.assign(this, { duplicate: (override?: ConnectionOptions) => this.#duplicate(override) });
    this.#url = url;
    this.#credential = credential;
    this.connect().catch(() => undefined);
  }

  #duplicate(override?: ConnectionOptions): RenewingRedis {
    return new RenewingRedis(this.#url, { ...this.options, ...override, replyMapping: "legacy" }, this.#credential);
  }

  override async connect(): Promise<void> {
    // A second call fails where ioredis's own would.
    if (this.#asking !== undefined) throw new Error("Redis is already connecting/connected");
    const { status } = this;
    if (status !== "connecting" && status !== "connect" && status !== "ready") {
      const asking = new AbortController();
      this.#asking = asking;
      // Commands and BullMQ wait for a connection that is being made; in any other state they would make one.
      this.status = "connecting";
      this.options.password = await this.#password(asking.signal);
      this.#asking = undefined;
      this.status = "wait";
    }
    await super.connect();
  }

  override disconnect(reconnect = false): void {
    if (this.#asking !== undefined && !reconnect) {
      this.#asking.abort(new Error("Connection is closed."));
      this.#asking = undefined;
      this.status = "wait";
    }
    super.disconnect(reconnect);
  }

  /** Asks until there is an answer, as often as a server that is away is called; throws when the connection is closed. */
  async #password(signal: AbortSignal): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const password = await this.#credential.password();
        signal.throwIfAborted();
        return password;
      } catch (error) {
        signal.throwIfAborted();
        this.silentEmit("error", error);
        await delay(this.options.retryStrategy?.(attempt) ?? 0, undefined, { signal });
      }
    }
  }
}
