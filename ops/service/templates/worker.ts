import type { WorkerService } from "../../../config/service";
import { imports, type Resources, uses } from "./resources";
import type { Table } from "./table";

/** app.ts of a worker that empties a queue. */
export function queueWorkerApp(service: WorkerService, resources: Resources, table: Table | undefined): string {
  return `${imports(resources)}
import { workerService } from "../../runtime/service";
import { createConsumer } from "./consumer";
${table ? 'import { itemRepository } from "./item-repository";\n' : ""}
export default workerService({
  name: ${JSON.stringify(service.name)},
  description: ${JSON.stringify(service.description)},
  uses: ${uses(resources)},
  start({ ${table ? "database, " : ""}queue, logger, onStop }) {
    const consumer = createConsumer({ queue, ${table ? "items: itemRepository(database), " : ""}logger });
    onStop(consumer.stop);
  },
});
`;
}

/** consumer.ts: takes jobs from the queue that is named after the service. */
export function consumer(service: WorkerService, table: Table | undefined): string {
  return `import { UnrecoverableError, Worker } from "bullmq";
import type { Logger } from "../../runtime/logger";
import type { QueueServer } from "../../runtime/redis";
import * as z from "../../runtime/schema";
${table ? 'import type { ItemRepository } from "./item-repository";\n' : ""}
/** Whoever has work for this worker adds jobs to it: createProducer in runtime/queue.ts. */
export const queueName = "${service.name}";

/** What a job carries. */
export const Payload = z.strictObject({ id: z.uuid(), name: z.string().check(z.minLength(1), z.maxLength(200)) });

export interface ConsumerOptions {
  readonly queue: QueueServer;
${table ? "  readonly items: ItemRepository;\n" : ""}  readonly logger: Logger;
}

/** Takes jobs until it is stopped. A job may come more than once: what it does must be done once. */
export function createConsumer({ queue, ${table ? "items, " : ""}logger }: ConsumerOptions) {
  const onError = (error: Error) => logger.warn({ err: error }, "queue error");
  const connection = queue.connect("consuming");
  connection.on("error", onError);
  const worker = new Worker(
    queueName,
    async ({ id, data }) => {
      const payload = z.safeParse(Payload, data);
      // It is as wrong at the next attempt.
      if (!payload.success) throw new UnrecoverableError(z.prettifyError(payload.error));
${table ? "      await items.add(payload.data);\n" : ""}      logger.info({ jobId: id }, "done");
    },
    { connection, prefix: queue.prefix },
  );
  worker.on("error", onError);
  worker.on("failed", (job, error) => logger.error({ jobId: job?.id, err: error }, "failed"));
  return {
    /** Takes no further job, finishes those under way, and closes its connections. */
    async stop(): Promise<void> {
      // Without Redis no job can be finished, and BullMQ would wait for it.
      await worker.close(connection.status !== "ready");
      connection.disconnect();
    },
  };
}
`;
}

/** app.ts of a worker without a queue: it does its work again and again. */
export function intervalWorkerApp(service: WorkerService, resources: Resources, table: Table | undefined): string {
  return `${table ? 'import { randomUUID } from "node:crypto";\n' : ""}${imports(resources)}
import * as z from "../../runtime/schema";
import { workerService } from "../../runtime/service";
${table ? 'import { itemRepository } from "./item-repository";\n' : ""}
export default workerService({
  name: ${JSON.stringify(service.name)},
  description: ${JSON.stringify(service.description)},
  uses: ${uses(resources)},
  variables: {
    INTERVAL_SECONDS: z
      ._default(z.coerce.number().check(z.positive()), 60)
      .check(z.describe("Seconds from one turn of the work to the next")),
  },
  start({ ${table ? "database, " : ""}variables, logger, onStop }) {
${table ? "    const items = itemRepository(database);\n" : ""}    const work = async () => {
${table ? "      await items.add({ id: randomUUID(), name: new Date().toISOString() });\n" : ""}      logger.info("done");
    };
    let underWay = Promise.resolve();
    const timer = setInterval(() => {
      underWay = underWay.then(work).catch((error: unknown) => logger.error({ err: error }, "failed"));
    }, variables.INTERVAL_SECONDS * 1000);
    onStop(() => {
      clearInterval(timer);
      return underWay;
    });
  },
});
`;
}

export const testOfQueue = (
  service: WorkerService,
  table: Table | undefined,
) => `import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue, QueueEvents } from "bullmq";
import { type RedisServer, startRedis } from "../../../dependencies/queue/redis";
${table ? 'import { createDatabase, type Database } from "../../../runtime/database";\n' : ""}import { createLogger } from "../../../runtime/logger";
import { connectRedis } from "../../../runtime/redis";
import { createConsumer, queueName } from "../../../${service.entry}/consumer";
${table ? `import { type ItemRepository, itemRepository } from "../../../${service.entry}/item-repository";\nimport { type TestDatabase, testDatabase } from "../../database";\n` : ""}
const logger = createLogger({ service: "test", level: "silent" });
let folder: string;
let server: RedisServer;
let queue: Queue;
let events: QueueEvents;
let consumer: ReturnType<typeof createConsumer>;
${table ? "let databases: TestDatabase;\nlet database: Database;\nlet items: ItemRepository;\n" : ""}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "${service.name}-"));
  server = await startRedis({ folder });
${table ? `  databases = await testDatabase();\n  database = createDatabase({ DATABASE_URL: databases.urlAs("${table.role}"), DATABASE_POOL_SIZE: 2 }, logger);\n  items = itemRepository(database);\n` : ""}  const options = { connection: { url: server.url }, prefix: "${service.product}" };
  queue = new Queue(queueName, options);
  events = new QueueEvents(queueName, options);
  consumer = createConsumer({ queue: { connect: connectRedis(server.url), prefix: options.prefix }, ${table ? "items, " : ""}logger });
});
afterAll(async () => {
  await consumer.stop();
  await Promise.all([queue.close(), events.close()]);
${table ? "  await database.close();\n  await databases.drop();\n" : ""}  await server.stop();
  await rm(folder, { recursive: true });
});

test("a job is done${table ? ", and its item kept" : ""}", async () => {
  const payload = { id: randomUUID(), name: "first" };
  const job = await queue.add(queueName, payload);
  await job.waitUntilFinished(events);
${table ? "  expect(await items.find(payload.id)).toEqual(payload);\n" : '  expect(await job.getState()).toBe("completed");\n'}});

test("a job without a payload fails, and is not tried again", async () => {
  const job = await queue.add(queueName, {}, { attempts: 3 });
  await expect(job.waitUntilFinished(events)).rejects.toThrow("id");
});
`;

export const testOfInterval = (service: WorkerService) => `import service from "../../../${service.entry}/app";

test("the worker is declared under its name in config/services.ts", () => {
  expect([service.kind, service.name]).toEqual(["worker", "${service.name}"]);
});
`;
