import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Queue } from "bullmq";
import { transactionQueue } from "../../../contracts/loyalty";
import { seed } from "../../../dependencies/database/prepare-database";
import { startRedis } from "../../../dependencies/queue/redis";
import { createDatabase } from "../../../runtime/database";
import type { Logger } from "../../../runtime/logger";
import { connectRedis } from "../../../runtime/redis";
import { testDatabase } from "../../database";

/** A Redis of the test's own with the workers' queue, and a database with the development users. */
export async function loyaltyQueue(logger: Logger, poolSize: number) {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-queue-"));
  const [server, databases] = await Promise.all([startRedis({ folder }), testDatabase()]);
  await seed(databases.adminUrl, ["lambda/authentication/seed.sql"]);
  const database = createDatabase({ DATABASE_URL: databases.loyaltyUrl, DATABASE_POOL_SIZE: poolSize }, logger);
  const queueServer = { connect: connectRedis(server.url), prefix: "loyalty" };
  const redis = queueServer.connect("consuming");
  const queue = new Queue(transactionQueue, { connection: redis, prefix: queueServer.prefix });
  return {
    url: server.url,
    databaseUrl: databases.loyaltyUrl,
    queueServer,
    redis,
    queue,
    database,
    async close(): Promise<void> {
      await queue.close();
      redis.disconnect();
      await database.close();
      await Promise.all([databases.drop(), server.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

export type LoyaltyQueue = Awaited<ReturnType<typeof loyaltyQueue>>;
