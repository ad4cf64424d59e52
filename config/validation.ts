import type { z } from "zod";
import { type Account, accountSchema } from "./account";
import { capacity } from "./capacity";
import { overlaps, parseCidr } from "./cidr";
import { usedByOneKind, usedByOneService } from "./dependency";
import {
  type Environment,
  environmentSchema,
  fargateMemory,
  type WorkerSettings,
  workerSettingPath,
  workerSettings,
} from "./environment";
import { ConfigurationError, check, type Problem } from "./problem";
import { deployedFunctions, type Service, serviceSchema } from "./service";

/**
 * Checks the whole configuration: each environment and service by its schema, then what only shows side by side.
 * @throws ConfigurationError with every problem found
 */
export function validate(
  environments: readonly Environment[],
  services: readonly Service[],
  accounts: readonly Account[] = [],
): void {
  const shape = [
    ...accounts.flatMap((account, index) =>
      schemaProblems(accountSchema, account, `accounts(${account.account ?? index})`),
    ),
    ...duplicates(
      accounts.map(({ account }) => account),
      "accounts.account",
    ),
    ...environments.flatMap((environment, index) =>
      schemaProblems(environmentSchema, environment, environment.name ?? `environments[${index}]`),
    ),
    ...services.flatMap((service, index) =>
      schemaProblems(serviceSchema, service, `services(${service.name ?? index})`),
    ),
    ...duplicates(
      environments.map(({ name }) => name),
      "environments.name",
    ),
    ...duplicates(
      services.map(({ name }) => name),
      "services.name",
    ),
    ...duplicates(
      services.flatMap((service) => (service.kind === "http" ? [service.path] : [])),
      "services.path",
    ),
    ...overlappingNetworks(environments),
    ...environments.flatMap((environment) => contradictions(environment, services)),
    ...unprovided(services),
  ];
  if (shape.length > 0) throw new ConfigurationError(shape);

  const held = environments.flatMap((environment) => capacity(environment, services).problems);
  if (held.length > 0) throw new ConfigurationError(held);
}

function schemaProblems(schema: z.ZodType, value: unknown, root: string): Problem[] {
  const result = schema.safeParse(value);
  return (result.error?.issues ?? []).flatMap((issue): Problem[] => {
    const property = (path: readonly PropertyKey[]) => [root, ...path.map(String)].join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        property: property([...issue.path, key]),
        rule: "is not a setting",
        value: valueAt(value, [...issue.path, key]),
      }));
    }
    return [{ property: property(issue.path), rule: issue.message, value: valueAt(value, issue.path) }];
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (parent, key) => (typeof parent === "object" && parent !== null ? Reflect.get(parent, key) : undefined),
    value,
  );
}

function duplicates(values: readonly string[], property: string): Problem[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => ({ property, rule: "must be unique", value }));
}

function overlappingNetworks(environments: readonly Environment[]): Problem[] {
  const networks = environments.map((environment) => ({
    property: `${environment.name}.network.cidr`,
    text: environment.network?.cidr,
    block: parseCidr(String(environment.network?.cidr)),
  }));
  return networks.flatMap((a, index) =>
    networks
      .slice(0, index)
      .flatMap((b) =>
        check(
          !(a.block && b.block && overlaps(a.block, b.block)),
          a.property,
          `must not overlap ${b.property}, ${b.text}`,
          a.text,
        ),
      ),
  );
}

/** Settings of an environment that contradict each other or the table; what its schema refuses may be missing here. */
function contradictions(environment: Environment, services: readonly Service[]): Problem[] {
  const { name, region, database, backup, api, functions, workers, alarms } = environment;
  if (name === undefined) return [];
  const { min = 0, max = 0 } = database?.capacity ?? {};
  const named = (kind: Service["kind"]) => services.flatMap((service) => (service.kind === kind ? [service.name] : []));
  return [
    ...check(min <= max, `${name}.database.capacity.min`, `must be at most ${name}.database.capacity.max, ${max}`, min),
    ...check(
      !database?.deletionProtection || backup !== "none",
      `${name}.backup`,
      `must say how the database is backed up, for ${name}.database.deletionProtection is on`,
      backup,
    ),
    ...check(
      backup === undefined || backup === "none" || backup.copyRegion !== region,
      `${name}.backup.copyRegion`,
      `must be another region than ${name}.region`,
      region,
    ),
    ...check(
      api === undefined || api.domain === api.zone || String(api.domain).endsWith(`.${api.zone}`),
      `${name}.api.domain`,
      `must be in the zone ${api?.zone}`,
      api?.domain,
    ),
    ...check(
      !database?.deletionProtection || alarms?.emails?.length !== 0,
      `${name}.alarms.emails`,
      `must name whom alarms tell, for ${name}.database.deletionProtection is on`,
      alarms?.emails,
    ),
    ...check(
      !database?.deletionProtection || api?.callers !== "open",
      `${name}.api.callers`,
      `must name an issuer and its audience, for ${name}.database.deletionProtection is on: what must not be lost is not for everybody to read`,
      api?.callers,
    ),
    ...check(
      api === undefined || api.callers === "open" || api.authorization === "NONE",
      `${name}.api.authorization`,
      `must be NONE, for ${name}.api.callers names an issuer: a request has one Authorization header`,
      api?.authorization,
    ),
    // The firewall counts in five minutes; it would block a caller's address before the caller is answered 429.
    ...check(
      api === undefined || api.requestsPerCaller * 5 <= api.requestsPerAddress,
      `${name}.api.requestsPerCaller`,
      `must be at most a fifth of ${name}.api.requestsPerAddress, ${api?.requestsPerAddress}`,
      api?.requestsPerCaller,
    ),
    ...strangers(
      `${name}.functions.services`,
      functions?.services,
      "services that are functions",
      deployedFunctions(services).map((service) => service.name),
    ),
    ...strangers(`${name}.workers.services`, workers?.services, "workers", named("worker")),
    ...named("worker").flatMap((worker) => taskContradictions(environment, worker)),
  ];
}

/** Settings of services that the table does not have. */
function strangers(
  property: string,
  settings: Readonly<Record<string, unknown>> | undefined,
  kind: string,
  known: readonly string[],
): Problem[] {
  return Object.keys(settings ?? {}).flatMap((service) =>
    check(known.includes(service), property, `must name ${kind} of config/services.ts: ${known.join(", ")}`, service),
  );
}

/** A worker's settings that its schema allows one by one, and Fargate not together. */
function taskContradictions(environment: Environment, worker: string): Problem[] {
  if (environment.workers?.default === undefined) return [];
  const { cpu, memory, minTasks, maxTasks } = workerSettings(environment, worker);
  const path = (setting: keyof WorkerSettings) =>
    `${environment.name}.${workerSettingPath(environment, worker, setting)}`;
  const sizes = fargateMemory(cpu);
  return [
    ...check(
      sizes.includes(memory),
      path("memory"),
      `must be one of ${sizes.join(", ")} MB, for ${path("cpu")} is ${cpu}`,
      memory,
    ),
    ...check(minTasks <= maxTasks, path("minTasks"), `must be at most ${path("maxTasks")}, ${maxTasks}`, minTasks),
  ];
}

/** Hosts that a service asks without naming them, or names without asking anybody. */
function unnamedHosts({ name, uses, hosts }: Service): readonly Problem[] {
  const asks = uses?.some((dependency) => dependency === "internet") ?? false;
  return check(
    asks === (hosts !== undefined),
    `services(${name}).hosts`,
    asks ? "must name the hosts that it asks, for it uses internet" : "must be absent, for it does not use internet",
    hosts,
  );
}

/** Dependencies that a service uses, and AWS provides to another kind of service, or to one alone. */
function unprovided(services: readonly Service[]): Problem[] {
  const shared = Object.entries(usedByOneService).flatMap(([dependency, reason]) => {
    const users = services.filter(({ uses }) => uses?.some((used) => used === dependency)).map(({ name }) => name);
    return check(users.length <= 1, "services.uses", `must list ${dependency} for one service: ${reason}`, users);
  });
  const others = services.flatMap(({ name, kind, uses }) =>
    (uses ?? []).flatMap((dependency) => {
      const only = usedByOneKind[dependency];
      return check(
        only === undefined || only.kind === kind,
        `services(${name}).uses`,
        `must list ${dependency} for services of the kind ${only?.kind} alone: ${only?.because}`,
        dependency,
      );
    }),
  );
  return [...shared, ...others, ...services.flatMap(unnamedHosts)];
}
