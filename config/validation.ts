import { z } from "zod";
import { accountConcurrency, capacity, deployedFunctions } from "./capacity";
import { overlaps, parseCidr } from "./cidr";
import { dependencyNames } from "./dependency";
import { type Environment, environmentSchema } from "./environment";
import { ConfigurationError, type Problem } from "./problem";
import type { Service } from "./services";

const common = {
  name: z.string().regex(/^[a-z][a-z0-9-]{1,29}$/, "must be 2 to 30 lower-case letters, digits or hyphens"),
  product: z.string().regex(/^[a-z][a-z0-9-]{1,29}$/, "must be 2 to 30 lower-case letters, digits or hyphens"),
  variables: z.record(z.string(), z.string()).optional(),
  description: z.string().min(1, "must be a sentence"),
  entry: z.string().regex(/^(lambda|worker)\/[a-z0-9-]+$/, "must be a folder under lambda/ or worker/"),
  uses: z.array(z.enum(dependencyNames, `must be one of ${dependencyNames.join(", ")}`)),
  platforms: z.array(z.enum(["local", "aws"], "must be local or aws")),
};
const serviceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("http"),
    path: z.string().regex(/^\/[a-z][a-z0-9-]*$/, "must be one segment such as /orders"),
  }),
  z.strictObject({ ...common, kind: z.literal("worker") }),
]);

/**
 * Checks the whole configuration: each environment and service by its schema, then what only shows side by side.
 * @throws ConfigurationError with every problem found
 */
export function validate(environments: readonly Environment[], services: readonly Service[]): void {
  const shape = [
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
  ];
  if (shape.length > 0) throw new ConfigurationError(shape);

  const held = [
    ...environments.flatMap((environment) => capacity(environment, services).problems),
    ...accountProblems(environments, services),
  ];
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
      .flatMap((b): Problem[] =>
        a.block && b.block && overlaps(a.block, b.block)
          ? [{ property: a.property, rule: `must not overlap ${b.property}, ${b.text}`, value: a.text }]
          : [],
      ),
  );
}

function contradictions(environment: Environment, services: readonly Service[]): Problem[] {
  const problems: Problem[] = [];
  const { name, database, api, functions } = environment;
  if (database?.capacity && database.capacity.min > database.capacity.max) {
    problems.push({
      property: `${name}.database.capacity.min`,
      rule: `must be at most ${name}.database.capacity.max, ${database.capacity.max}`,
      value: database.capacity.min,
    });
  }
  if (api && api.domain !== api.zone && !String(api.domain).endsWith(`.${api.zone}`)) {
    problems.push({ property: `${name}.api.domain`, rule: `must be in the zone ${api.zone}`, value: api.domain });
  }
  for (const service of Object.keys(functions?.services ?? {})) {
    if (!services.some((known) => known.name === service)) {
      problems.push({
        property: `${name}.functions.services`,
        rule: `must name services of config/services.ts: ${services.map((known) => known.name).join(", ")}`,
        value: service,
      });
    }
  }
  const readers = deployedFunctions(services).filter(({ uses }) => uses?.includes("imports"));
  if (readers.length > 1) {
    problems.push({
      property: "services.uses",
      rule: "must list imports for one service on aws: its bucket is readable by one function alone",
      value: readers.map((reader) => reader.name),
    });
  }
  for (const service of services) {
    if (service.kind !== "http" || !service.platforms?.includes("aws")) continue;
    const missing = service.uses.filter((dependency) => dependency === "queue" || dependency === "jwt");
    for (const dependency of missing) {
      problems.push({
        property: `services(${service.name}).uses`,
        rule: "must be provided on aws: no stack has a queue or a token secret yet, so remove it or keep the service local",
        value: dependency,
      });
    }
  }
  return name === undefined ? [] : problems;
}

function accountProblems(environments: readonly Environment[], services: readonly Service[]): Problem[] {
  const reserved = new Map<string, number>();
  for (const environment of environments) {
    const place = `${environment.account} in ${environment.region}`;
    reserved.set(place, (reserved.get(place) ?? 0) + capacity(environment, services).concurrency);
  }
  const available = accountConcurrency.limit - accountConcurrency.unreserved;
  return [...reserved]
    .filter(([, sum]) => sum > available)
    .map(([place, sum]) => ({
      property: "functions.*.reservedConcurrency",
      rule: `must sum to at most ${available} over the environments of account ${place} (${accountConcurrency.limit} less ${accountConcurrency.unreserved} that AWS keeps unreserved): lower it, or raise the quota and config/capacity.ts`,
      value: sum,
    }));
}
