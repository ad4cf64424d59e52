import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadMigration } from "../dependencies/database/migrate/migration";
import { type PostgresServer, startPostgres } from "../dependencies/database/postgres";
import { prepareDatabase } from "../dependencies/database/prepare-database";
import { freePort } from "../dependencies/free-port";
import { type RedisServer, startRedis } from "../dependencies/queue/redis";
import { startServer } from "../dependencies/server";
import { Bundler, entryFile } from "../local/bundle";
import { connectRedis, type QueueServer } from "../runtime/redis";

export const secret = "a secret for benchmarks and tests, long enough";
const database = "platform";
const prefix = "loyalty";

/** A service's process, started and ready. */
export interface RunningService {
  /** http://127.0.0.1:port; empty for a worker. */
  readonly url: string;
  /** Ends it with a signal, SIGTERM unless told otherwise, and resolves when it is gone. */
  end(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Whether it is gone, by itself or by `end`. */
  hasEnded(): boolean;
  /** Every line it has written. */
  readonly log: readonly string[];
}

/** The loyalty services, as processes, on a durable PostgreSQL and an append-only Redis of their own. */
export class LoyaltyPlatform {
  readonly #services = new Set<RunningService>();
  readonly #bundlers = new Map<string, Bundler>();
  /** Below the project, so that its packages resolve. */
  readonly #bundles = join(".cache", "loyalty", String(process.pid));

  private constructor(
    readonly folder: string,
    public postgres: PostgresServer,
    public redis: RedisServer,
  ) {}

  /** @param load as for migrate() */
  static async start(load?: LoadMigration): Promise<LoyaltyPlatform> {
    const folder = await mkdtemp(join(tmpdir(), "loyalty-"));
    const postgres = await startPostgres({ folder: join(folder, "postgres") });
    const seeds = ["lambda/authentication/seed.sql"];
    await prepareDatabase(postgres.url(database), { seeds, ...(load && { load }) });
    return new LoyaltyPlatform(folder, postgres, await startRedis({ folder: join(folder, "redis") }));
  }

  /** The database, as the superuser. */
  get adminUrl(): string {
    return this.postgres.url(database);
  }

  /** The queue, as its services reach it. */
  get queue(): QueueServer {
    return { connect: connectRedis(this.redis.url), prefix };
  }

  get environment(): Readonly<Record<string, string>> {
    return {
      DATABASE_URL: this.postgres.url(database, "loyalty_app"),
      REDIS_URL: this.redis.url,
      REDIS_PREFIX: prefix,
      JWT_SECRET: secret,
      LOG_LEVEL: "info",
    };
  }

  async startHttp(entry: string, env: Readonly<Record<string, string>> = {}): Promise<RunningService> {
    const port = env.HTTP_PORT ?? String(await freePort());
    return this.#start(entry, `http://127.0.0.1:${port}`, "listening", { ...env, HTTP_PORT: port });
  }

  async startWorker(env: Readonly<Record<string, string>> = {}, entry = "worker/loyalty"): Promise<RunningService> {
    return this.#start(entry, "", "consuming", env);
  }

  /** Ends PostgreSQL as a crash would, and starts it again on the same port and data. */
  async crashPostgres(): Promise<void> {
    const { port } = this.postgres;
    await this.postgres.kill();
    this.postgres = await startPostgres({ folder: join(this.folder, "postgres"), port });
  }

  /** Ends Redis as a crash would, and starts it again on the same port; `wipe` loses its data. */
  async crashRedis({ wipe = false } = {}): Promise<void> {
    const { port } = this.redis;
    await this.redis.kill();
    if (wipe) await rm(join(this.folder, "redis"), { recursive: true });
    this.redis = await startRedis({ folder: join(this.folder, "redis"), port });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#services].map((service) => service.end()));
    await Promise.all([...this.#bundlers.values()].map((bundler) => bundler.dispose()));
    await Promise.all([this.postgres.stop(), this.redis.stop()]);
    await Promise.all([this.folder, this.#bundles].map((folder) => rm(folder, { recursive: true, force: true })));
  }

  async #start(entry: string, url: string, message: string, env: Readonly<Record<string, string>>) {
    const name = entry.replaceAll(/[^a-z0-9]+/g, "-");
    const bundler = this.#bundlers.get(entry) ?? new Bundler(name, entryFile(entry), this.#bundles);
    this.#bundlers.set(entry, bundler);
    const { file } = await bundler.build();
    const log: string[] = [];
    const child = await startServer({
      command: [process.execPath, file],
      environment: { PATH: process.env.PATH, ...this.environment, ...env },
      // A worker that a transaction ends at once has written this line before.
      readiness: { line: `"msg":"${message}"` },
      log: (line) => log.push(line),
    }).catch((error: unknown) => {
      throw new Error(`${entry} did not start: ${log.join("\n")}`, { cause: error });
    });
    let ended = false;
    void child.exited.then(() => {
      ended = true;
    });
    const service: RunningService = {
      url,
      log,
      hasEnded: () => ended,
      end: async (signal = "SIGTERM") => {
        this.#services.delete(service);
        await (signal === "SIGKILL" ? child.kill() : child.stop());
      },
    };
    this.#services.add(service);
    return service;
  }
}
