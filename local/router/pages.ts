import { Hono, type MiddlewareHandler } from "hono";
import { isLoopback } from "../../runtime/loopback";
import type { Snapshot } from "./snapshot";

export interface Pages {
  /** What runs now. */
  readonly snapshot: () => Promise<Snapshot>;
  /** The console's page and what it asks (local/console/). */
  readonly console: Hono;
  /** The services' API references (local/console/reference.ts). */
  readonly reference: Hono;
}

/** The router's own pages: the console, and the same for machines. */
export function createPages({ snapshot, console, reference }: Pages): Hono {
  const app = new Hono();
  app.use(onThisMachine);
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
  return app.route("/console/reference", reference).route("/", console);
}

/**
 * The console can change what runs, and it listens on loopback, where any web page can send a request to. So only this
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
