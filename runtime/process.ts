import { exitOnSignal, serve } from "./http-server";
import * as z from "./schema";
import {
  type EventsService,
  type HttpService,
  open,
  openEvents,
  openHttp,
  type Service,
  type WorkerService,
} from "./service";

/** Variables of an HTTP service's process; those of the other kinds have none of their own. */
export const ProcessEnvironment = z
  .object({
    HTTP_PORT: z
      .optional(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(65_535)))
      .check(z.describe("Port to listen on; it or HTTP_SOCKET must be set")),
    HTTP_HOST: z
      ._default(z.string(), "127.0.0.1")
      .check(z.describe("Address to listen on: this machine alone, or 0.0.0.0 where a container is the boundary")),
    HTTP_SOCKET: z
      .optional(z.string())
      .check(
        z.describe("Path of a Unix socket to listen on instead: whom its folder keeps out, reaches no port either"),
      ),
  })
  .check(
    z.refine(({ HTTP_PORT, HTTP_SOCKET }) => HTTP_PORT !== undefined || HTTP_SOCKET !== undefined, {
      path: ["HTTP_PORT"],
      error: "set it, or HTTP_SOCKET",
    }),
  );

/**
 * Runs a service as this process, from its environment to its end: SIGTERM or SIGINT lets what is under way finish, closes
 * what was opened, and exits 0. Throws an error that names every missing or invalid variable.
 */
export async function runProcess(service: Service): Promise<void> {
  const { stop, announce } = await started(service);
  // First: whoever reads that it works may end it at once.
  exitOnSignal(stop);
  announce();
  // A supervisor that started this process with a channel to it waits for this word.
  process.send?.("ready");
}

interface Running {
  readonly stop: () => Promise<void>;
  /** Writes that it works. */
  readonly announce: () => void;
}

function started(service: Service): Promise<Running> {
  if (service.kind === "http") return listen(service);
  return service.kind === "worker" ? work(service) : look(service);
}

async function listen(service: HttpService): Promise<Running> {
  const { api, environment, parts, stop } = await openHttp(service, process.env, ProcessEnvironment);
  const { HTTP_PORT: port, HTTP_HOST: host, HTTP_SOCKET: socket } = environment;
  const server = await serve(api, { port, host, socket, close: stop });
  return { stop: server.stop, announce: () => parts.logger.info({ port: server.port, socket }, "listening") };
}

async function work(service: WorkerService): Promise<Running> {
  const { parts, stop } = await open(service, process.env, z.object({}));
  await service.start(parts);
  return { stop, announce: () => parts.logger.info("consuming") };
}

/** Nobody sends events to a process: it looks for work itself. */
async function look(service: EventsService): Promise<Running> {
  const { parts, startProcess, stop } = await openEvents(service, process.env, z.object({}));
  if (startProcess === undefined) {
    await stop();
    throw new Error(`${service.name} finds no work as a process: no event comes to one, and it looks for none`);
  }
  parts.onStop(await startProcess());
  return { stop, announce: () => parts.logger.info("looking for work") };
}
