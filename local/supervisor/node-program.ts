import { rmSync } from "node:fs";
import type { LocalServer } from "../../dependencies/local-dependency";
import { startServer } from "../../dependencies/server";

export interface NodeProgramOptions extends Pick<Program, "name" | "kind"> {
  /** @default the name */
  readonly group?: string;
  /** The bundle to run. */
  readonly file: string;
  /** Its whole environment: nothing of this process's own is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it answers; HTTP_PORT tells it. @default nowhere */
  readonly port?: number;
  /** Unix socket it answers on instead; HTTP_SOCKET tells it. @default none */
  readonly socket?: string;
  /** Port of 127.0.0.1 on which a debugger may attach. @default none may */
  readonly inspectPort?: number;
}

/** Whoever debugs the start of a service takes the time it takes. */
const aDay = 24 * 60 * 60 * 1000;

/** A bundle as a process of its own: 20 s to come up, 12 s to drain, because the services themselves give requests 10 s. */
export const nodeProgram = ({
  file,
  environment,
  port,
  socket,
  inspectPort,
  ...options
}: NodeProgramOptions): Program => ({
  group: options.name,
  ...options,
  start: (start) => {
    // What a killed process left: nobody listens on it.
    if (socket !== undefined) rmSync(socket, { force: true });
    return startServer({
      ...start,
      command: [
        process.execPath,
        "--enable-source-maps",
        ...(inspectPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectPort}`]),
        file,
      ],
      environment: {
        ...environment,
        ...(port !== undefined && { HTTP_PORT: String(port) }),
        ...(socket !== undefined && { HTTP_SOCKET: socket }),
      },
      port,
      socket,
      readiness: "message",
      startLimit: inspectPort === undefined ? 20_000 : aDay,
      drainLimit: 12_000,
    });
  },
});

/** Something that runs beside the others: a dependency's server, a service's process, the router. */
export interface Program extends LocalServer {
  /** The service it is a process of: `mailer` for `mailer-1`; otherwise its own name. */
  readonly group: string;
  readonly kind: "dependency" | "http" | "worker" | "events" | "router";
}
