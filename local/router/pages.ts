import { randomBytes } from "node:crypto";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { HonoAdapter } from "@bull-board/hono";
import { serveStatic } from "@hono/node-server/serve-static";
import { Queue } from "bullmq";
import { Hono, type MiddlewareHandler } from "hono";
import type { Redis } from "ioredis";
import { isLoopback } from "../../runtime/loopback";
import { connectRedis } from "../../runtime/redis";
import type { Snapshot } from "./snapshot";
import { statusPage } from "./status-page";

export interface Pages {
  /** What runs now. */
  readonly snapshot: () => Promise<Snapshot>;
  /** What the dashboard shows and changes. @default no dashboard */
  readonly queues?: Queues;
}

/** The router's own pages: status, health, queues. */
export function createPages({ snapshot, queues }: Pages): Hono {
  const app = new Hono();
  app.use(onThisMachine);
  app.get("/", (context) => {
    const nonce = randomBytes(16).toString("base64");
    const own = `'nonce-${nonce}'`;
    context.header(
      "content-security-policy",
      `default-src 'none'; style-src ${own}; script-src ${own}; connect-src 'self'; img-src data:; frame-ancestors 'none'`,
    );
    context.header("cache-control", "no-store");
    return context.html(statusPage(nonce));
  });
  app.get("/status", async (context) => {
    context.header("cache-control", "no-store");
    return context.json(await snapshot());
  });
  app.get("/health", async (context) => {
    const { healthy, services } = await snapshot();
    const states = Object.fromEntries(services.map(({ name, state }) => [name, state]));
    context.header("cache-control", "no-store");
    return context.json({ healthy, services: states }, healthy ? 200 : 503);
  });
  if (queues !== undefined) {
    const board = new HonoAdapter(serveStatic).setBasePath("/queues");
    const { setQueues } = createBullBoard({ queues: [], serverAdapter: board });
    app.use("/queues/*", async (_, next) => {
      setQueues((await queues.find()).map((queue) => new BullMQAdapter(queue)));
      await next();
    });
    app.get("/queues/", (context) => context.redirect("/queues"));
    app.route("/queues", board.registerPlugin());
  }
  return app;
}

/**
 * The dashboard can empty a queue, and it listens on loopback, where any web page can send a request to. So only this
 * machine's own names are answered to (no DNS rebinding), and changes only to pages of the same origin.
 */
const onThisMachine: MiddlewareHandler = async (context, next) => {
  const host = context.req.header("host") ?? "";
  const origin = context.req.header("origin");
  const foreign = origin !== undefined && origin !== `http://${host}`;
  if (!isLoopback(host) || (foreign && context.req.method !== "GET")) {
    return context.text("this page answers to its own origin on this machine only\n", 403);
  }
  return next();
};

/** The queues that services have opened in a Redis: BullMQ writes `<product>:<name>:meta` for each. */
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

  close(): void {
    this.#connection.disconnect();
  }
}
