import { parseCidr } from "./cidr";
import {
  type Environment,
  functionSettingPath,
  functionSettings,
  workerSettingPath,
  workerSettings,
} from "./environment";
import { interfaceEndpoints, subnets, usableAddresses } from "./network";
import { check, type Problem } from "./problem";
import { queueConnections } from "./queue";
import { deployedFunctions, deployedWorkers, type Service } from "./service";

/**
 * Default `max_connections` of Aurora Serverless v2 for PostgreSQL by maximum capacity units; it is fixed by the maximum, whatever the
 * current capacity. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
 */
const connectionsByCapacity = [
  [1, 189],
  [4, 823],
  [8, 1_669],
  [16, 3_360],
  [32, 5_000],
] as const;

/** The cap while the minimum is 0 or 0.5 units, same page. */
const connectionsAtLowMinimum = 2_000;

/** Connections the database accepts: the documented points, straight lines between them, rounded down. */
export function databaseConnections({ min, max }: { readonly min: number; readonly max: number }): number {
  const above = connectionsByCapacity.findIndex(([units]) => max <= units);
  const [toUnits, toConnections] = connectionsByCapacity[above] ?? connectionsByCapacity[4];
  const [fromUnits, fromConnections] = connectionsByCapacity[above - 1] ?? [0, 0];
  const share = Math.min(1, (max - fromUnits) / (toUnits - fromUnits));
  const connections = Math.floor(fromConnections + (toConnections - fromConnections) * share);
  return min <= 0.5 ? Math.min(connections, connectionsAtLowMinimum) : connections;
}

/** Builds that may run at once, each with an address: the migration job's concurrent build limit, constructs/migration-job.ts. */
const builds = 1;

/** A function's network interface serves this many connections before the next one is made. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const connectionsPerInterface = 65_000;

/** Addresses that an RDS proxy wants in each of its subnets at the largest sizes. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-network-prereqs.html */
const proxyAddresses = 110;

/**
 * Connections to the queue that one instance opens at most: a function has one for what it asks and one for what it adds, a worker one
 * to wait for jobs, one to take them, one to add them and one to spare.
 */
export const connectionsToQueue = { http: 2, events: 2, worker: 4 } as const;

/** A deployment runs the old tasks and the new ones side by side: constructs/service-worker.ts. */
const versionsAtOnce = 2;

/** What one environment can hold, and what its settings ask for. */
export interface Capacity {
  readonly environment: string;
  /** Concurrent instances of all functions together, reserved or expected. */
  readonly concurrency: number;
  /** Tasks of all workers together, while all of them are deployed at full scale. */
  readonly tasks: number;
  readonly connections: {
    /**
     * At full concurrency and scale. A function serves one request at a time, so what joins statements (runtime/coalesce.ts) joins none
     * there: each instance counts with all of its connections.
     */
    readonly wanted: number;
    /** What the proxy may open. */
    readonly proxy: number;
    /** What the database accepts. */
    readonly database: number;
  };
  /** Of the queue's writer. */
  readonly queueConnections: { readonly wanted: number; readonly offered: number };
  /** In the smallest private subnet: functions, tasks, endpoints, builds. */
  readonly addresses: { readonly wanted: number; readonly offered: number };
  /** In the smallest isolated subnet: the database's instances, the proxy, the queue's nodes. */
  readonly databaseAddresses: { readonly wanted: number; readonly offered: number };
  /** Seconds, each to be shorter than the next: borrow + statement < function that answers requests < API Gateway. */
  readonly timeouts: { readonly query: number; readonly function: number; readonly gateway: number };
  readonly problems: readonly Problem[];
}

/** Computes from configuration alone what an environment holds; `problems` name the number to change. */
export function capacity(environment: Environment, services: readonly Service[]): Capacity {
  const { name, database, queue, network, api } = environment;
  const functions = functionsOf(environment, services);
  const workers = workersOf(environment, services);
  const instances = [...functions, ...workers];
  const connecting = instances.filter(({ uses }) => uses.includes("database"));
  const accepted = databaseConnections(database.capacity);
  const connections = {
    wanted: sum(connecting.map(({ count, settings }) => count * settings.connections)),
    proxy: Math.floor((accepted * database.proxy.maxConnectionsPercent) / 100),
    database: accepted,
  };

  const queueClients = instances.filter(({ uses }) => uses.includes("queue"));
  const connectionsOfQueue = {
    wanted: sum(queueClients.map(({ count, kind }) => count * connectionsToQueue[kind])),
    offered: queueConnections(queue.nodeType),
  };

  const block = parseCidr(network.cidr) ?? { first: 0, prefix: 16 };
  const tiers = subnets(block, network.zones);
  const tasks = sum(workers.map(({ count }) => count));
  const interfaces = functions.map(({ settings }) =>
    Math.ceil((settings.reservedConcurrency * (settings.connections + 2)) / connectionsPerInterface),
  );
  const addresses = {
    wanted: sum(interfaces) + Math.ceil(tasks / network.zones) + interfaceEndpoints.length + builds,
    offered: Math.min(...tiers.private.map(usableAddresses)),
  };
  const databaseAddresses = {
    wanted:
      proxyAddresses +
      Math.ceil((1 + database.readers) / network.zones) +
      Math.ceil((1 + queue.replicas) / network.zones),
    offered: Math.min(...tiers.isolated.map(usableAddresses)),
  };

  const query = database.proxy.borrowTimeout + database.statementTimeout;
  const answering = functions.filter(({ kind }) => kind === "http");
  const longest = Math.max(0, ...answering.map(({ settings }) => settings.timeout));
  return {
    environment: name,
    concurrency: sum(functions.map(({ settings }) => settings.reservedConcurrency)),
    tasks,
    connections,
    queueConnections: connectionsOfQueue,
    addresses,
    databaseAddresses,
    timeouts: { query, function: longest, gateway: api.integrationTimeout },
    problems: [
      ...check(
        connections.wanted <= connections.proxy,
        `${name}.functions.*.reservedConcurrency`,
        `times connections, with those of the workers, must be at most ${connections.proxy}, the connections of the proxy (${database.proxy.maxConnectionsPercent} % of ${accepted}): lower ${largest(connecting)}, or raise ${name}.database.capacity.max`,
        connections.wanted,
      ),
      ...check(
        connectionsOfQueue.wanted <= connectionsOfQueue.offered,
        `${name}.queue.nodeType`,
        `must accept ${connectionsOfQueue.wanted} connections, it accepts ${connectionsOfQueue.offered}: take a larger one, or lower ${largest(queueClients)}`,
        queue.nodeType,
      ),
      ...[
        { tier: "private", ...addresses },
        { tier: "isolated", ...databaseAddresses },
      ].flatMap(({ tier, wanted, offered }) =>
        check(
          wanted <= offered,
          `${name}.network.cidr`,
          `must leave ${wanted} addresses in each ${tier} subnet, it offers ${offered}: use a larger block`,
          network.cidr,
        ),
      ),
      ...functions.flatMap(({ kind, property, settings }) => [
        ...check(
          settings.timeout > query,
          `${property}.timeout`,
          `must be longer than ${query} s, ${name}.database.proxy.borrowTimeout and ${name}.database.statementTimeout together`,
          settings.timeout,
        ),
        ...check(
          kind !== "http" || settings.timeout < api.integrationTimeout,
          `${property}.timeout`,
          `must be shorter than ${name}.api.integrationTimeout, ${api.integrationTimeout} s`,
          settings.timeout,
        ),
        // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html: of a queue that starts a function
        ...check(
          kind !== "events" || (settings.reservedConcurrency >= 2 && settings.reservedConcurrency <= 1_000),
          `${property}.reservedConcurrency`,
          "must be 2 to 1,000: so many messages of its queue SQS lets a function work on at once",
          settings.reservedConcurrency,
        ),
        // While a release shifts requests, the old version and the new one are both warm.
        ...check(
          settings.provisionedConcurrency * 2 <= settings.reservedConcurrency,
          `${property}.provisionedConcurrency`,
          `must be at most half of reservedConcurrency, ${settings.reservedConcurrency}: a release keeps two versions warm`,
          settings.provisionedConcurrency,
        ),
      ]),
    ],
  };
}

function functionsOf(environment: Environment, services: readonly Service[]) {
  return deployedFunctions(services).map(({ name, kind, uses }) => {
    const settings = functionSettings(environment, name);
    const setting = `${environment.name}.${functionSettingPath(environment, name, "reservedConcurrency")}`;
    const property = `${environment.name}.functions(${name})`;
    const { reservedConcurrency: count } = settings;
    return { kind, uses, property, settings, count, told: `${setting}, ${count}` };
  });
}

function workersOf(environment: Environment, services: readonly Service[]) {
  return deployedWorkers(services).map(({ name, kind, uses }) => {
    const settings = workerSettings(environment, name);
    const setting = `${environment.name}.${workerSettingPath(environment, name, "maxTasks")}`;
    return {
      kind,
      uses,
      settings,
      count: settings.maxTasks * versionsAtOnce,
      told: `${setting}, ${settings.maxTasks}`,
    };
  });
}

/** The setting behind the most instances, with its value: the first to lower. */
function largest(instances: readonly { readonly count: number; readonly told: string }[]): string {
  return instances.toSorted((a, b) => b.count - a.count)[0]?.told ?? "it";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
