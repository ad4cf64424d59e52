import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";

export interface ServerOptions {
  /** @default a free one */
  readonly port?: number | undefined;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** Path of a Unix socket to listen on instead of a port. @default none */
  readonly socket?: string | undefined;
  /** Closes what the app uses, once the last request is answered. */
  readonly close: () => Promise<unknown>;
  /** Milliseconds that requests under way get on stop(). @default 10000 */
  readonly grace?: number;
}

/** What an app gets of a request's connection, from whatever runs it. */
export interface Connection {
  /** The peer's address; for a function the one that API Gateway saw. */
  readonly address: string | undefined;
  /** Whether it came through a Unix socket, which only those that its folder lets in can open. */
  readonly throughSocket: boolean;
}

export interface RunningServer {
  /** Of a server that listens on a port. */
  readonly port: number | undefined;
  /** Refuses new connections, answers what is under way, closes what the app uses. May be called more than once. */
  stop(): Promise<void>;
}

/** Listens for an app's requests; resolves when it accepts them. */
export async function serve(
  app: { readonly fetch: (request: Request, connection: Connection) => Response | Promise<Response> },
  { port, host = "127.0.0.1", socket, close, grace = 10_000 }: ServerOptions,
): Promise<RunningServer> {
  let stopping = false;
  const listener = getRequestListener((request, { incoming }) =>
    app.fetch(request, { address: incoming.socket.remoteAddress, throughSocket: socket !== undefined }),
  );
  const server = createServer((request, response) => {
    // Tells a keep-alive client to go elsewhere with its next request.
    if (stopping) response.setHeader("Connection", "close");
    void listener(request, response);
  });
  server.listen(socket === undefined ? { port, host } : { path: socket });
  await once(server, "listening");
  const address = server.address();

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
    port: typeof address === "object" ? address?.port : undefined,
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
