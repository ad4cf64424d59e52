import { once } from "node:events";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal } from "../../runtime/http-server";
import { ControlClient } from "../control-client";
import { Environment } from "./environment";
import { createForward } from "./forward";
import { createPages, Queues } from "./pages";
import { createRouter } from "./router";
import { takeSnapshot } from "./snapshot";

const environment = parseEnvironment(Environment, process.env);
const { UPSTREAMS: upstreams, WORKERS: workers, CONTROL_FOLDER, REDIS_URL } = environment;

const queues = REDIS_URL === undefined ? undefined : new Queues(REDIS_URL);
const sources = {
  upstreams,
  workers,
  ...(CONTROL_FOLDER !== undefined && { control: new ControlClient(CONTROL_FOLDER) }),
  queues: async () => (await queues?.find()) ?? [],
};

const server = createRouter({
  upstreams,
  forward: createForward(),
  name: environment.SERVICE_NAME,
  pages: createPages({ snapshot: () => takeSnapshot(sources), ...(queues && { queues }) }),
});
server.listen(environment.HTTP_PORT, environment.HTTP_HOST);
await once(server, "listening");
exitOnSignal(async () => {
  const closed = once(server, "close");
  server.close();
  // close() ends what is idle now; a connection whose answer was under way would stay for its keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
  queues?.close();
});
process.send?.("ready");
