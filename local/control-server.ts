import { existsSync, unlinkSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { relative } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import type { LogLine, Logs } from "./logs";
import type { Status } from "./supervisor/supervised";

/** What `GET /` of the control socket answers. */
export interface PlatformStatus {
  /** Where the router answers. */
  readonly url: string;
  /** Process id of the supervisor. */
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly programs: readonly (Status & {
    readonly version?: string;
    /** Why its source, as it is now, does not build; the code before it runs on. */
    readonly fault?: string;
  })[];
}

/** What the control socket can ask of a running platform. */
export interface Controlled {
  status(): PlatformStatus;
  /** Resolves when that many workers of each worker service run. */
  scale(workers: number): Promise<void>;
  /** Resolves when everything is stopped. */
  stop(): Promise<void>;
  readonly logs: Logs;
}

/** Path of the control socket, relative to here: an absolute one may be longer than the 104 bytes a socket can have. */
export const controlSocket = (folder: string) => relative(process.cwd(), `${folder}/control.sock`);

/**
 * Listens for `make ps`, `logs`, `scale` and `down` on a socket only its owner can open. The socket is the lock too:
 * binding it is atomic, so of two supervisors one gets it. Resolves with nothing when another one has it.
 */
export async function listenForControl(folder: string, platform: Controlled): Promise<Server | undefined> {
  const path = controlSocket(folder);
  const listener = getRequestListener(controlApi(platform).fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  // Created with no right for anyone else from its first moment on.
  const mask = process.umask(0o077);
  try {
    return await bind(server, path);
  } finally {
    process.umask(mask);
  }
}

function bind(server: Server, path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** Removes the socket that a killed supervisor left. */
export function removeControlSocket(folder: string): void {
  if (existsSync(controlSocket(folder))) unlinkSync(controlSocket(folder));
}

function controlApi(platform: Controlled): Hono {
  return new Hono()
    .get("/", (context) => context.json(platform.status()))
    .post("/scale", async (context) => {
      await platform.scale(Number(context.req.query("workers")));
      return context.json(platform.status());
    })
    .post("/stop", async (context) => {
      await platform.stop();
      return context.json({});
    })
    .get("/logs", (context) => context.body(follow(platform.logs, context.req.query("name"))))
    .get("/tail", (context) => {
      const { name, lines } = context.req.query();
      return context.body(tail(platform.logs, Number(lines), name));
    })
    .get("/processed", (context) =>
      context.json(platform.logs.recent.processedSince(Date.now() - Number(context.req.query("seconds")) * 1000)),
    )
    .get("/lines", (context) => context.json(platform.logs.recent.containing(context.req.queries("word") ?? [], 1_000)))
    .onError(({ message }, context) => context.json({ error: message }, 400));
}

/** Streams lines as they come, one JSON object a line. A name takes the workers of that name with it. */
function follow(logs: Logs, name: string | undefined): ReadableStream {
  const left = new AbortController();
  return new ReadableStream({
    start: (controller) => {
      const send = (line: LogLine) => {
        if (name === undefined || line.name === name || line.group === name) {
          controller.enqueue(Buffer.from(`${JSON.stringify(line)}\n`));
        }
      };
      const end = () => controller.close();
      logs.on("line", send).once("end", end);
      left.signal.addEventListener("abort", () => logs.off("line", send).off("end", end));
    },
    cancel: () => left.abort(),
  });
}

/** Milliseconds between batches of lines. */
const beat = 200;

/**
 * Streams the latest lines and then every new one, in batches: a JSON list a line. A reader that is slow, or a service that
 * writes more than anybody reads, costs no memory here: what is older than the last lines kept is left out.
 */
function tail(logs: Logs, lines: number, name: string | undefined): ReadableStream {
  const left = new AbortController();
  return new ReadableStream({
    start: (controller) => {
      let last = 0;
      const send = () => {
        if ((controller.desiredSize ?? 0) <= 0) return;
        const found = logs.recent.after(last, lines, name);
        last = logs.recent.last;
        if (found.length > 0) controller.enqueue(Buffer.from(`${JSON.stringify(found)}\n`));
      };
      send();
      const timer = setInterval(send, beat);
      const end = () => controller.close();
      logs.once("end", end);
      left.signal.addEventListener("abort", () => {
        clearInterval(timer);
        logs.off("end", end);
      });
      logs.once("end", () => clearInterval(timer));
    },
    cancel: () => left.abort(),
  });
}
