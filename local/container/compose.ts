import { databaseName, databaseUser } from "../../config/names";
import type { Service } from "../../config/services";
import { localPassword, superuser } from "../../dependencies/database/postgres";
import { s3Environment } from "../../dependencies/imports/s3-environment";
import { importsBucket } from "../environment";
import { routerVariables } from "../router-variables";

type Condition = "service_healthy" | "service_completed_successfully";

/** One service of a compose file, as far as this one goes. */
export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?:
    | { readonly test: readonly string[]; readonly interval: string; readonly retries: number }
    | { readonly disable: true };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly scale?: string;
  readonly restart?: "unless-stopped" | "no";
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly init?: boolean;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** Port of every container of ours: each has its own network address. */
const port = 8080;
const image = "platform:local";
/** A variable that compose takes from the shell: `NAME:-default`, or `NAME:?what to say without it`. */
const fromShell = (expression: string) => `\${${expression}}`;
const databaseUrl = (role: string) => `postgres://${role}:${localPassword}@postgres:5432/${databaseName}`;
const redisUrl = "redis://redis:6379";

/** What each dependency is to a container: its variables, and who comes first in which state. */
const dependencies = {
  database: (product: string) => ({
    variables: { DATABASE_URL: databaseUrl(databaseUser(product)) },
    after: { prepare: "service_completed_successfully" },
  }),
  queue: () => ({ variables: { REDIS_URL: redisUrl }, after: { redis: "service_healthy" } }),
  imports: () => ({
    variables: { IMPORTS_BUCKET: importsBucket, AWS_REGION: "eu-west-1", ...s3Environment(`http://s3:${port}`) },
    after: { s3: "service_healthy" },
  }),
  internet: () => ({
    variables: { DNS_RESOLVER_URL: `http://resolver:${port}/resolve` },
    after: { resolver: "service_healthy" },
  }),
  jwt: () => ({
    // Compose itself refuses to start without, and says this.
    variables: {
      JWT_SECRET: fromShell(
        "JWT_SECRET:?set it to 32 random bytes or more, export JWT_SECRET=`openssl rand -base64 48`",
      ),
    },
    after: {},
  }),
} as const satisfies Record<
  Service["uses"][number],
  (product: string) => { variables: Record<string, string>; after: Record<string, Condition> }
>;

/** The same environment as `make up`, as containers of one image: each command names the program. */
export function composeFile(services: readonly Service[]): ComposeFile {
  const own = Object.fromEntries(services.map((service) => [service.name, serviceContainer(service)]));
  const upstreams = services.filter(({ kind }) => kind === "http").map(({ name }) => name);
  return {
    services: {
      postgres: {
        image: "postgres:18.1-bookworm",
        environment: { POSTGRES_USER: superuser, POSTGRES_PASSWORD: localPassword },
        healthcheck: check(["CMD", "pg_isready", "--quiet", `--username=${superuser}`, "--host=127.0.0.1"]),
        volumes: ["postgres:/var/lib/postgresql"],
        restart: "unless-stopped",
      },
      redis: {
        image: "redis:7.4.2-bookworm",
        command: ["redis-server", "--appendonly", "yes", "--maxmemory-policy", "noeviction"],
        healthcheck: check(["CMD", "redis-cli", "ping"]),
        volumes: ["redis:/data"],
        restart: "unless-stopped",
      },
      s3: { ...container("s3", { FOLDER: "/data", BUCKETS: importsBucket }), volumes: ["s3:/data"] },
      resolver: container("resolver", {}),
      prepare: {
        ...container("prepare", { DATABASE_URL: databaseUrl(superuser) }, { postgres: "service_healthy" }),
        healthcheck: silent,
        restart: "no",
      },
      ...own,
      router: {
        ...container(
          "router",
          routerVariables(services, ({ name }) => `http://${name}:${port}`, redisUrl),
          {
            redis: "service_healthy",
            ...Object.fromEntries(upstreams.map((name) => [name, "service_healthy" as const])),
          },
        ),
        ports: [`127.0.0.1:${fromShell("PORT:-8080")}:${port}`],
      },
    },
    volumes: { postgres: null, redis: null, s3: null },
  };
}

function serviceContainer({ name, product, kind, uses, variables = {} }: Service): ComposeService {
  const used = uses.map((use) => dependencies[use](product));
  const environment = Object.assign({}, variables, ...used.map((dependency) => dependency.variables));
  const after: Record<string, Condition> = Object.assign({}, ...used.map((dependency) => dependency.after));
  if (kind === "http") return container(name, environment, after);
  return { ...container(name, environment, after), healthcheck: silent, scale: fromShell("WORKERS:-2") };
}

function container(
  name: string,
  environment: Readonly<Record<string, string>>,
  after: Readonly<Record<string, Condition>> = {},
): ComposeService {
  const conditions = Object.entries(after).map(([other, condition]) => [other, { condition }] as const);
  return {
    image,
    build: ".",
    command: [`${name}.mjs`],
    environment: { SERVICE_NAME: name, HTTP_HOST: "0.0.0.0", HTTP_PORT: String(port), ...environment },
    ...(conditions.length > 0 && { depends_on: Object.fromEntries(conditions) }),
    restart: "unless-stopped",
    // Nothing of ours writes outside its volume, or needs a right that only root has.
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    init: true,
  };
}

/** It answers nobody: that it runs is all there is to see. */
const silent = { disable: true } as const;

const check = (test: readonly string[]) => ({ test, interval: "2s", retries: 30 });
