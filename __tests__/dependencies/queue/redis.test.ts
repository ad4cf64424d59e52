import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { type RedisServer, startRedis } from "../../../dependencies/queue/redis";

describe("the local Redis", () => {
  let folder: string;
  let server: RedisServer | undefined;
  const withClient = async <Answer>(use: (client: Redis) => Promise<Answer>): Promise<Answer> => {
    if (server === undefined) throw new Error("start a server first");
    const client = new Redis(server.url);
    try {
      return await use(client);
    } finally {
      client.disconnect();
    }
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "redis-"));
  });
  afterEach(async () => {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  test("keeps what was written when it is stopped and started again", async () => {
    server = await startRedis({ folder });
    await withClient((client) => client.set("stamps", "7"));
    await server.stop();
    server = await startRedis({ folder });
    expect(await withClient((client) => client.get("stamps"))).toBe("7");
  });

  test("never evicts a key, because a queue would lose jobs", async () => {
    server = await startRedis({ folder });
    expect(await withClient((client) => client.config("GET", "maxmemory-policy"))).toEqual([
      "maxmemory-policy",
      "noeviction",
    ]);
  });

  test("a taken port is reported in the server's own words", async () => {
    server = await startRedis({ folder });
    await expect(startRedis({ folder, port: server.port })).rejects.toThrow(/ended before it was ready.*in use/);
  });

  test("a killed server is gone, and stopping it once more is harmless", async () => {
    server = await startRedis({ folder });
    await server.kill();
    await server.stop();
    expect(() => process.kill(server?.pid ?? 0, 0)).toThrow("ESRCH");
  });
});
