import { exitOnSignal, serve } from "./http-server";
import * as z from "./schema";
import { type HttpService, open, openHttp, type Service, type WorkerService } from "./service";

/** Variables of an HTTP service's process; a worker's has none of its own. */
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
  exitOnSignal(await (service.kind === "http" ? listen(service) : work(service)));
  // A supervisor that started this process with a channel to it waits for this word.
  process.send?.("ready");
}

async function listen(service: HttpService): Promise<() => Promise<void>> {
  const { api, background, environment, parts, stop } = await openHttp(service, process.env, ProcessEnvironment);
  for (const start of background) parts.onStop(await start());
  const { HTTP_PORT: port, HTTP_HOST: host, HTTP_SOCKET: socket } = environment;
  const server = await serve(api, { port, host, socket, close: stop });
  parts.logger.info({ port: server.port, socket }, "listening");
  return server.stop;
}

async function work(service: WorkerService): Promise<() => Promise<void>> {
  const { parts, stop } = await open(service, process.env, z.object({}));
  await service.start(parts);
  parts.logger.info("consuming");
  return stop;
}
