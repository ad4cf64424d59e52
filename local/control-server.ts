import { existsSync, unlinkSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { relative } from "node:path";
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
  readonly programs: readonly (Status & { readonly version?: string })[];
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
  const server = createServer((request, response) => void answer(platform, request, response));
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

async function answer(platform: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://control");
  try {
    switch (`${request.method} ${url.pathname}`) {
      case "GET /":
        return json(response, 200, platform.status());
      case "POST /scale":
        await platform.scale(Number(url.searchParams.get("workers")));
        return json(response, 200, platform.status());
      case "POST /stop":
        await platform.stop();
        return json(response, 200, {});
      case "GET /logs":
        return follow(platform.logs, url.searchParams.get("name"), response);
      default:
        return json(response, 404, { error: `no ${request.method} ${url.pathname} here` });
    }
  } catch (error) {
    json(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Streams lines as they come, one JSON object a line. A name takes the workers of that name with it. */
function follow(logs: Logs, name: string | null, response: ServerResponse): void {
  const send = (line: LogLine) => {
    if (name === null || line.name === name || line.group === name) {
      response.write(`${JSON.stringify(line)}\n`);
    }
  };
  response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
  const end = () => response.end();
  logs.on("line", send).once("end", end);
  response.on("close", () => logs.off("line", send).off("end", end));
}
