import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import * as z from "zod";
import type { Queries } from "../../runtime/database";
import { Failure } from "../../runtime/failure";
import { Problem } from "../../runtime/problem";
import type { ControlClient } from "../control-client";
import type { Queues } from "../router/queues";
import type { Snapshot } from "../router/snapshot";
import { viewDatabase } from "./database";
import { follow } from "./follow";
import { replayLetters, viewQueues } from "./queues";
import type { ConsoleState } from "./state";
import type { Traffic } from "./traffic";

export interface ConsoleOptions {
  /** What runs now. */
  readonly snapshot: () => Promise<Snapshot>;
  readonly traffic: Traffic;
  /** The supervisor, where there is one. */
  readonly control?: ControlClient | undefined;
  /** Where there is a Redis. */
  readonly queues?: Queues | undefined;
  /** Where it is known: as its superuser, and its URL. */
  readonly database?: { readonly queries: Queries; readonly url: string } | undefined;
  /** The page's own script and style (page/). */
  readonly page: { readonly script: string; readonly style: string };
}

/** Milliseconds between two states. A service that hangs shows within this and a second. */
const beat = 2_000;

const Ids = z.object({ ids: z.union([z.literal("all"), z.array(z.int().positive()).min(1).max(1_000)]) });
const Workers = z.object({ workers: z.int().min(0).max(64) });

/** The latest requests that a page lists. */
const shownRequests = 200;

/** Lines of a log that a page is given at first. */
const firstLines = 10_000;

/**
 * The console: one page, its events, and what it asks. It answers nobody but this machine (pages.ts). Names, lines and ids
 * reach the page as JSON alone and are set as text there; nothing of them is ever markup.
 */
export class Console {
  readonly app = new Hono();
  readonly #options: ConsoleOptions;
  readonly #ended = new AbortController();
  /** One state for all pages that look, made when the first of them wants it. */
  #state: { readonly at: number; readonly made: Promise<ConsoleState> } | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    const { page } = options;
    this.app.use("*", async (context, next) => {
      context.header("cache-control", "no-store");
      context.header("x-content-type-options", "nosniff");
      context.header("cross-origin-resource-policy", "same-origin");
      await next();
    });
    this.app.get("/", (context) => {
      context.header(
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      return context.html(document);
    });
    this.app.get("/console/page.js", (context) =>
      context.body(page.script, 200, { "content-type": "text/javascript; charset=utf-8" }),
    );
    this.app.get("/console/page.css", (context) =>
      context.body(page.style, 200, { "content-type": "text/css; charset=utf-8" }),
    );
    this.app.get("/console/requests", (context) => context.json(options.traffic.latest(shownRequests)));
    this.app.get("/console/requests/:id", async (context) => {
      const { traffic, queues, control } = options;
      const sources = {
        request: (id: string) => traffic.find(id),
        lines: async (words: readonly string[]) => (await control?.lines(words).catch(() => [])) ?? [],
        jobState: async (id: string) => queues?.stateOf(id),
      };
      const id = context.req.param("id");
      return context.json(await follow(id.slice(0, 200), sources));
    });
    this.app.get("/console/queues", async (context) => {
      const { queues, database, control } = options;
      return context.json(await viewQueues({ queues, database: database?.queries, control }));
    });
    this.app.post("/console/replay", async (context) => {
      const { database } = options;
      if (database === undefined) return context.json({ error: "no database is known here" }, 404);
      const { success, data } = Ids.safeParse(await context.req.json().catch(() => undefined));
      if (!success) return context.json({ error: "ids must be a list of numbers, or all" }, 400);
      return context.json({ replayed: await replayLetters(database.queries, data.ids) });
    });
    this.app.post("/console/scale", async (context) => {
      const { control } = options;
      if (control === undefined) return context.json({ error: "docker compose up --scale does it here" }, 404);
      const { success, data } = Workers.safeParse(await context.req.json().catch(() => undefined));
      if (!success) return context.json({ error: "workers must be a whole number from 0 to 64" }, 400);
      await control.scale(data.workers);
      return context.json({ workers: data.workers });
    });
    this.app.get("/console/database", async (context) => {
      const { database } = options;
      if (database === undefined) return context.json({ error: "no database is known here" }, 404);
      return context.json(await viewDatabase(database.queries, database.url));
    });
    this.app.onError((error, context) => {
      const known = error instanceof Failure || error instanceof Problem;
      return context.json({ error: error.message }, known ? 409 : 500);
    });
    this.app.get("/console/events", (context) =>
      streamSSE(context, async (stream) => {
        const left = new AbortController();
        const over = AbortSignal.any([left.signal, this.#ended.signal]);
        stream.onAbort(() => left.abort());
        const log = context.req.query("log");
        const send = (event: string, data: string) => stream.writeSSE({ event, data });
        await Promise.all([
          this.#sendStates(send, over),
          log === undefined ? undefined : this.#sendLog(log, send, over),
        ]);
      }),
    );
  }

  /** Ends the streams of the pages that look, so that the server can end. */
  close(): void {
    this.#ended.abort();
  }

  async #sendStates(send: Send, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await send("state", JSON.stringify(await this.#currentState()));
      await pause(beat, over);
    }
  }

  async #sendLog(name: string, send: Send, over: AbortSignal): Promise<void> {
    const { control } = this.#options;
    if (control === undefined) return;
    while (!over.aborted) {
      try {
        await send("begin", name);
        for await (const batch of control.tail(firstLines, name === "all" ? undefined : name, over))
          await send("lines", batch);
      } catch {
        // The supervisor is away: the state says so.
      }
      await pause(beat, over);
    }
  }

  #currentState(): Promise<ConsoleState> {
    const now = Date.now();
    if (this.#state === undefined || now - this.#state.at > beat / 2) {
      this.#state = { at: now, made: this.#makeState() };
    }
    return this.#state.made;
  }

  async #makeState(): Promise<ConsoleState> {
    const { snapshot, traffic, control } = this.#options;
    const { services, ...rest } = await snapshot();
    return {
      ...rest,
      hasLogs: control !== undefined,
      services: services.map((service) =>
        service.kind === "http" ? { ...service, traffic: traffic.summary(service.name, rest.at) } : service,
      ),
    };
  }
}

type Send = (event: string, data: string) => Promise<void>;

function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (over.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      over.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    over.addEventListener("abort", end);
  });
}

const document = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Platform</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/console/page.css">
<script type="module" src="/console/page.js"></script>
</head>
<body><div id="console"></div><noscript>The console needs JavaScript; /health and make ps do not.</noscript></body>
</html>
`;
