import { once } from "node:events";
import { Queue } from "bullmq";
import { transactionQueue } from "../../contracts/loyalty";
import { parseEnvironment } from "../../runtime/environment";
import { exitOnSignal } from "../../runtime/http-server";
import { connectRedis } from "../../runtime/redis";
import { ControlClient } from "../control-client";
import { Environment } from "./environment";
import { createForward } from "./forward";
import { createPages } from "./pages";
import { createRouter } from "./router";
import { takeSnapshot } from "./snapshot";

const environment = parseEnvironment(Environment, process.env);
const { UPSTREAMS: upstreams, WORKERS: workers, CONTROL_FOLDER, REDIS_URL } = environment;

const queues: Queue[] = [];
if (REDIS_URL !== undefined) {
  const connection = connectRedis(REDIS_URL)("answering");
  // The status page says it; a line for each attempt would bury everything else.
  connection.on("error", () => {});
  const queue = new Queue(transactionQueue, { connection });
  queue.on("error", () => {});
  queues.push(queue);
}
const sources = {
  upstreams,
  workers,
  ...(CONTROL_FOLDER !== undefined && { control: new ControlClient(CONTROL_FOLDER) }),
  queues: queues.map((queue) => ({
    name: queue.name,
    counts: () => queue.getJobCounts("waiting", "active", "delayed", "failed"),
  })),
};

const server = createRouter({
  upstreams,
  forward: createForward(),
  pages: createPages({ snapshot: () => takeSnapshot(sources), queues }),
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
  await Promise.all(queues.map((queue) => queue.close()));
});
process.send?.("ready");
