import { join, resolve } from "node:path";
import type { DependencyName } from "../../config/dependency";
import { superuser } from "../../dependencies/database/postgres";
import { setLocalPasswords } from "../../dependencies/database/postgres-passwords";
import { findOrInstallRedis } from "../../dependencies/queue/redis-install";
import { migrate } from "../database";
import { postgresProgram, redisProgram } from "../dependencies";
import { baseEnvironment, type Endpoints, importsBucket } from "../environment";
import { seedLoyalty } from "../seed";
import type { Step } from "../steps";
import { nodeProgram } from "../supervisor/node-program";
import type { PortOf, Site } from "./site";

/** The last step of each dependency: whoever uses it waits for that. A secret is there from the start. */
export const stepOf: Readonly<Record<DependencyName, string | undefined>> = {
  database: "seed",
  queue: "redis",
  imports: "s3",
  internet: "resolver",
  jwt: undefined,
};

/** What the services use, as far as some service does. */
export function dependencySteps(site: Site, endpoints: Endpoints, ports: PortOf): Step[] {
  const used = new Set(site.services.flatMap(({ uses }) => uses));
  const s3 = { FOLDER: join(resolve(site.folder), "s3"), BUCKETS: importsBucket };
  return [
    ...(used.has("database") ? databaseSteps(site, endpoints, ports("postgres")) : []),
    ...(used.has("queue") ? [redisStep(site, ports("redis"))] : []),
    ...(used.has("imports") ? [standIn(site, "s3", "dependencies/imports/stand-in.ts", ports("s3"), s3)] : []),
    ...(used.has("internet")
      ? [standIn(site, "resolver", "dependencies/internet/stand-in.ts", ports("resolver"), {})]
      : []),
  ];
}

/** PostgreSQL, then its schema, then its development rows. */
function databaseSteps({ folder, fleet, shell, logs }: Site, endpoints: Endpoints, port: number): Step[] {
  return [
    {
      name: "postgres",
      title: "PostgreSQL",
      run: async () => {
        await fleet.start(postgresProgram(folder, port));
        return `127.0.0.1:${port}`;
      },
    },
    {
      name: "migrate",
      title: "Migrations",
      needs: ["postgres"],
      run: async () => {
        const url = endpoints.database(superuser);
        const runner = ["ops/run.mjs", "ops/migrate/command.ts", "up"];
        await migrate({ url, runner, environment: baseEnvironment(shell), log: logs.of("migrate") });
        await setLocalPasswords(url);
        return undefined;
      },
    },
    {
      name: "seed",
      title: "Development data",
      needs: ["migrate"],
      run: async () => {
        await seedLoyalty(endpoints.database(superuser));
        return undefined;
      },
    },
  ];
}

const redisStep = ({ folder, fleet }: Site, port: number): Step => ({
  name: "redis",
  title: "Redis",
  run: async (say) => {
    await findOrInstallRedis(say);
    await fleet.start(redisProgram(folder, port));
    return `127.0.0.1:${port}`;
  },
});

/** A program of our own in place of something that AWS or the internet has. */
function standIn(site: Site, name: string, entry: string, port: number, variables: Record<string, string>): Step {
  return {
    name,
    title: `${name === "s3" ? "S3" : "Resolver"} stand-in`,
    run: async () => {
      const { file } = await site.sources.add(name, entry);
      const environment = {
        ...baseEnvironment(site.shell),
        ...variables,
        SERVICE_NAME: name,
        HTTP_PORT: String(port),
      };
      await site.fleet.start(nodeProgram({ name, kind: "dependency", file, port, readiness: "message", environment }));
      return `127.0.0.1:${port}`;
    },
  };
}
