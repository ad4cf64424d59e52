import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";

export interface ServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** Closes what the app uses, once the last request is answered. */
  readonly close: () => Promise<unknown>;
  /** Milliseconds that requests under way get on stop(). @default 10000 */
  readonly grace?: number;
}

export interface RunningServer {
  readonly port: number;
  /** Refuses new connections, answers what is under way, closes what the app uses. May be called more than once. */
  stop(): Promise<void>;
}

/** Listens for an app's requests; resolves when it accepts them. */
export async function serve(
  app: { readonly fetch: (request: Request, connection?: object) => Response | Promise<Response> },
  { port, host = "127.0.0.1", close, grace = 10_000 }: ServerOptions,
): Promise<RunningServer> {
  let stopping = false;
  const listener = getRequestListener((request, connection) => app.fetch(request, connection));
  const server = createServer((request, response) => {
    // Tells a keep-alive client to go elsewhere with its next request.
    if (stopping) response.setHeader("Connection", "close");
    void listener(request, response);
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the HTTP server has no TCP address");

  let stopped: Promise<void> | undefined;
  const stop = async () => {
    stopping = true;
    const closed = once(server, "close");
    server.close();
    const deadline = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearTimeout(deadline);
    await close();
  };
  return {
    port: address.port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** For a process's entry point: SIGTERM or SIGINT stops what runs, and the process exits 0, or 1 when that fails. */
export function exitOnSignal(stop: () => Promise<unknown>): void {
  const exit = () =>
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
      },
    );
  process.once("SIGTERM", exit);
  process.once("SIGINT", exit);
}
