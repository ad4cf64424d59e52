import { readdirSync } from "node:fs";
import { parse } from "node:path";
import { databaseName, databaseUser } from "../../config/names";
import { healthcheck, noHealthcheck, ownContainer } from "../compose";
import type { DescribeContainers } from "../container-dependency";
import { localPassword, superuser } from "./postgres-passwords";
import { prepareProgram, seedsOf } from "./prepare-program";

const url = (role: string) => `postgres://${role}:${localPassword}@postgres:5432/${databaseName}`;

/** PostgreSQL's own image, and a job that prepares the database and ends. */
export const database: DescribeContainers = (services) => {
  const prepare = prepareProgram(services, url(superuser));
  const migrations = readdirSync("migrations").map((file) => `migrations/${file}`);
  return {
    containers: {
      postgres: {
        image: "postgres:18.1-bookworm",
        environment: { POSTGRES_USER: superuser, POSTGRES_PASSWORD: localPassword },
        healthcheck: healthcheck(["CMD", "pg_isready", "--quiet", `--username=${superuser}`, "--host=127.0.0.1"]),
        volumes: ["postgres:/var/lib/postgresql"],
        restart: "unless-stopped",
      },
      prepare: {
        ...ownContainer(prepare, { postgres: "service_healthy" }),
        healthcheck: noHealthcheck,
        restart: "no",
      },
    },
    files: {
      [prepare.name]: prepare.entry,
      ...Object.fromEntries([...migrations, ...seedsOf(services)].map((file) => [withoutExtension(file), file])),
    },
    after: { prepare: "service_completed_successfully" },
    variables: ({ product }) => ({ DATABASE_URL: url(databaseUser(product)) }),
  };
};

function withoutExtension(file: string): string {
  const { dir, name } = parse(file);
  return `${dir}/${name}`;
}
