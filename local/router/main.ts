import { once } from "node:events";
import { createDatabase } from "../../runtime/database";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal } from "../../runtime/http-server";
import { createLogger } from "../../runtime/logger";
import { openTracing } from "../../runtime/tracing";
import { Console } from "../console/console";
import { measured } from "../console/measured";
import { pageFiles } from "../console/page-files";
import { createReference } from "../console/reference";
import { Traffic } from "../console/traffic";
import { ControlClient } from "../control-client";
import { Environment } from "./environment";
import { createForward } from "./forward";
import { createPages } from "./pages";
import { Queues } from "./queues";
import { createRouter } from "./router";
import { takeSnapshot } from "./snapshot";
import { traced } from "./traced";

const environment = parseEnvironment(Environment, process.env);
const { UPSTREAMS: upstreams, WORKERS: workers, CONTROL_FOLDER, REDIS_URL, DATABASE_URL } = environment;

const queues = REDIS_URL === undefined ? undefined : new Queues(REDIS_URL);
const control = CONTROL_FOLDER === undefined ? undefined : new ControlClient(CONTROL_FOLDER);
const snapshot = () =>
  takeSnapshot({ upstreams, workers, ...(control && { control }), queues: async () => (await queues?.find()) ?? [] });
// The console says that the database is away; a line for each attempt would bury everything else.
const silent = createLogger({ service: "router", level: "silent" });
const database =
  DATABASE_URL === undefined
    ? undefined
    : { url: DATABASE_URL, queries: createDatabase({ DATABASE_URL, DATABASE_POOL_SIZE: 2 }, silent) };
const traffic = new Traffic();
const console = new Console({
  snapshot,
  traffic,
  control,
  queues,
  database,
  page: pageFiles.console,
});
const reference = createReference({ services: upstreams, page: pageFiles.reference });

const logger = createLogger({ service: "router" });
const tracing = await openTracing(environment, { service: "router", environment: "local", logger });
const plain = createForward();
const server = createRouter({
  upstreams,
  forward: measured(tracing === undefined ? plain : traced(plain, tracing), traffic),
  name: environment.SERVICE_NAME,
  pages: createPages({ snapshot, console: console.app, reference }),
});
server.listen(environment.HTTP_PORT, environment.HTTP_HOST);
await once(server, "listening");
exitOnSignal(async () => {
  const closed = once(server, "close");
  server.close();
  console.close();
  // close() ends what is idle now; a connection whose answer was under way would stay for its keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  await closed;
  clearInterval(sweep);
  queues?.close();
  await database?.queries.close();
  await tracing?.close();
});
process.send?.("ready");
