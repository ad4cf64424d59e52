import { parseCidr, subnets, usableAddresses } from "./cidr";
import { type Environment, functionSettings } from "./environment";
import type { Problem } from "./problem";
import type { HttpService, Service } from "./services";

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

/** Addresses that one private subnet must offer beside the functions: an interface endpoint each, and a build. */
const fixedAddresses = { endpoints: 2, builds: 2 };

/** A function's network interface serves this many connections before the next one is made. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
const connectionsPerInterface = 65_000;

/** Addresses that an RDS proxy wants in each of its subnets at the largest sizes. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-network-prereqs.html */
const proxyAddresses = 110;

/** What one environment can hold, and what its settings ask for. */
export interface Capacity {
  readonly environment: string;
  /** Concurrent instances by function, and together. */
  readonly concurrency: number;
  readonly connections: {
    /** At full concurrency. */
    readonly wanted: number;
    /** What the proxy may open. */
    readonly proxy: number;
    /** What the database accepts. */
    readonly database: number;
  };
  /** In the smallest private subnet. */
  readonly addresses: { readonly wanted: number; readonly offered: number };
  /** In the smallest isolated subnet: instances and the proxy. */
  readonly databaseAddresses: { readonly wanted: number; readonly offered: number };
  /** Seconds, each to be shorter than the next: borrow + statement < function < API Gateway. */
  readonly timeouts: { readonly query: number; readonly function: number; readonly gateway: number };
  readonly problems: readonly Problem[];
}

/** The services that run as functions on AWS. */
export function deployedFunctions(services: readonly Service[]): HttpService[] {
  return services.flatMap((service) => (service.kind === "http" && service.platforms.includes("aws") ? [service] : []));
}

/** Computes from configuration alone what an environment holds; `problems` name the number to change. */
export function capacity(environment: Environment, services: readonly Service[]): Capacity {
  const { database, network, api } = environment;
  const functions = deployedFunctions(services).map(({ name, uses }) => {
    const settings = functionSettings(environment, name);
    return {
      name,
      settings,
      connections: uses.includes("database") ? settings.reservedConcurrency * settings.connections : 0,
    };
  });
  const concurrency = functions.reduce((sum, { settings }) => sum + settings.reservedConcurrency, 0);
  const wanted = functions.reduce((sum, { connections }) => sum + connections, 0);
  const accepted = databaseConnections(database.capacity);
  const proxy = Math.floor((accepted * database.proxy.maxConnectionsPercent) / 100);

  const block = parseCidr(network.cidr) ?? { first: 0, prefix: 16 };
  const tiers = subnets(block, network.zones);
  const offered = Math.min(...tiers.private.map(usableAddresses));
  const interfaces = functions.reduce(
    (sum, { settings }) =>
      sum + Math.ceil((settings.reservedConcurrency * (settings.connections + 2)) / connectionsPerInterface),
    0,
  );
  const addresses = { wanted: interfaces + fixedAddresses.endpoints + fixedAddresses.builds, offered };
  const databaseAddresses = {
    wanted: proxyAddresses + Math.ceil((1 + database.readers) / network.zones),
    offered: Math.min(...tiers.isolated.map(usableAddresses)),
  };

  const query = database.proxy.borrowTimeout + database.statementTimeout;
  const longest = Math.max(0, ...functions.map(({ settings }) => settings.timeout));
  const timeouts = { query, function: longest, gateway: api.integrationTimeout };

  const at = (property: string) => `${environment.name}.${property}`;
  const problems: Problem[] = [];
  if (wanted > proxy) {
    problems.push({
      property: at("functions.*.reservedConcurrency"),
      rule: `times connections must be at most ${proxy}, the connections of the proxy (${database.proxy.maxConnectionsPercent} % of ${accepted}): lower it, or raise ${at("database.capacity.max")}`,
      value: wanted,
    });
  }
  if (addresses.wanted > addresses.offered) {
    problems.push({
      property: at("network.cidr"),
      rule: `must leave ${addresses.wanted} addresses in each private subnet, it offers ${addresses.offered}: use a larger block`,
      value: network.cidr,
    });
  }
  if (databaseAddresses.wanted > databaseAddresses.offered) {
    problems.push({
      property: at("network.cidr"),
      rule: `must leave ${databaseAddresses.wanted} addresses in each isolated subnet, it offers ${databaseAddresses.offered}: use a larger block`,
      value: network.cidr,
    });
  }
  for (const { name, settings } of functions) {
    const property = at(`functions(${name})`);
    if (settings.timeout <= query) {
      problems.push({
        property: `${property}.timeout`,
        rule: `must be longer than ${query} s, ${at("database.proxy.borrowTimeout")} and ${at("database.statementTimeout")} together`,
        value: settings.timeout,
      });
    }
    if (settings.timeout >= api.integrationTimeout) {
      problems.push({
        property: `${property}.timeout`,
        rule: `must be shorter than ${at("api.integrationTimeout")}, ${api.integrationTimeout} s`,
        value: settings.timeout,
      });
    }
    // While a release shifts requests, the old version and the new one are both warm.
    if (settings.provisionedConcurrency * 2 > settings.reservedConcurrency) {
      problems.push({
        property: `${property}.provisionedConcurrency`,
        rule: `must be at most half of reservedConcurrency, ${settings.reservedConcurrency}: a release keeps two versions warm`,
        value: settings.provisionedConcurrency,
      });
    }
  }
  return {
    environment: environment.name,
    concurrency,
    connections: { wanted, proxy, database: accepted },
    addresses,
    databaseAddresses,
    timeouts,
    problems,
  };
}

/** Concurrency that AWS gives an account in a region, and what must stay unreserved. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const accountConcurrency = { limit: 1_000, unreserved: 100 };
