import { z } from "zod";
import { type DependencyName, dependencyNames } from "./dependency";
import { domainName } from "./domain-name";

const name = z.string().regex(/^[a-z][a-z0-9-]{1,29}$/, "must be 2 to 30 lower-case letters, digits or hyphens");

const common = {
  /** Unique: the name of the process, the function, the alarm. */
  name,
  /** Whose data it works on: the database's schema and role of that name, made by a migration. */
  product: name,
  /** One sentence for the status page and the docs. */
  description: z.string().min(1, "must be a sentence"),
  /** The service's folder. */
  entry: z.string().regex(/^(lambda|worker)\/[a-z0-9-]+$/, "must be a folder under lambda/ or worker/"),
  uses: z.array(z.enum(dependencyNames, `must be one of ${dependencyNames.join(", ")}`)).readonly(),
  /** Public hosts that it asks over HTTPS, where it uses `internet`: no other name is resolved. @default none */
  hosts: z.array(domainName).min(1, "must name a host").readonly().optional(),
  /** Environment variables that are the same wherever it runs. @default none */
  variables: z.record(z.string(), z.string()).optional(),
};

/** An entry of the table in services.ts. */
export const serviceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    ...common,
    kind: z.literal("http"),
    /** Path prefix, unique; a router strips it before the service sees the request. */
    path: z.custom<`/${string}`>(
      (path) => /^\/[a-z][a-z0-9-]*$/.test(String(path)),
      "must be one segment such as /orders",
    ),
  }),
  z.strictObject({ ...common, kind: z.literal("worker") }),
  /** What it uses sends it events: a function there, a process that looks for work here. */
  z.strictObject({ ...common, kind: z.literal("events") }),
]);

export type Service = z.infer<typeof serviceSchema>;
export type HttpService = Extract<Service, { kind: "http" }>;
export type EventsService = Extract<Service, { kind: "events" }>;
export type WorkerService = Extract<Service, { kind: "worker" }>;

/** The services that run as functions on AWS. */
export function deployedFunctions(services: readonly Service[]): (HttpService | EventsService)[] {
  return services.flatMap((service) => (service.kind === "worker" ? [] : [service]));
}

/** The functions that answer requests. */
export function httpServices(services: readonly Service[]): HttpService[] {
  return services.flatMap((service) => (service.kind === "http" ? [service] : []));
}

/** The functions that a queue starts. */
export function eventServices(services: readonly Service[]): EventsService[] {
  return services.flatMap((service) => (service.kind === "events" ? [service] : []));
}

/** The services that run as tasks on AWS. */
export function deployedWorkers(services: readonly Service[]): WorkerService[] {
  return services.flatMap((service) => (service.kind === "worker" ? [service] : []));
}

/** The products whose services use a dependency, each once. */
export function productsUsing(services: readonly Service[], dependency: DependencyName): string[] {
  return [...new Set(services.flatMap(({ uses, product }) => (uses.includes(dependency) ? [product] : [])))];
}
