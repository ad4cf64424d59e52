import { Api, type ApiOptions } from "./api";
import { parseEnvironment } from "./environment";
import { createLogger, type Logger, LogLevel } from "./logger";
import * as z from "./schema";
import { openTracing, type Tracing, tracingVariables } from "./tracing";

/** What the kit gives to a service, and to what a service uses, besides their variables. */
export interface Lifetime {
  readonly logger: Logger;
  /** Spans of what it does. @default they go nowhere */
  readonly tracing?: Tracing | undefined;
  /** Has something closed when the service stops: the latest first, each when the one before is closed. */
  readonly onStop: (close: () => unknown) => void;
  /** Adds a check to `GET /health?deep`: the service is well while each of them resolves. */
  readonly readyWhen: (check: () => Promise<unknown>) => void;
}

/** A dependency as a service sees it: the variables that say where it is, and what they open. */
export interface Resource<Thing = unknown, Schema extends z.core.$ZodType = z.core.$ZodType> {
  readonly variables: Schema;
  open(variables: z.output<Schema>, lifetime: Lifetime): Thing | Promise<Thing>;
}

/** Declares a resource; see `database` in ./database.ts for one. */
export const resource = <Thing, Schema extends z.core.$ZodType>(
  variables: Schema,
  open: (variables: z.output<Schema>, lifetime: Lifetime) => Thing | Promise<Thing>,
): Resource<Thing, Schema> => ({ variables, open });

type Uses = Readonly<Record<string, Resource>>;
type Shape = Readonly<Record<string, z.core.$ZodType>>;

/** What a service is made of: each thing it uses, opened, under its own name; its own variables, parsed; the logger. */
export type Parts<U extends Uses, V extends Shape> = Lifetime & {
  readonly variables: { readonly [Name in keyof V]: z.output<V[Name]> };
} & { readonly [Name in keyof U]: Awaited<ReturnType<U[Name]["open"]>> };

interface Declaration<U extends Uses, V extends Shape> {
  /** As in config/services.ts, like the description. */
  readonly name: string;
  readonly description: string;
  /**
   * What it uses, by the names of config/dependency.ts. A service loads and reaches what it imports for this and nothing
   * else.
   */
  readonly uses: U;
  /** The environment variables that are peculiar to it, each with a description. @default none */
  readonly variables?: V;
}

/**
 * Works on a message, which is JSON. One that throws leaves it in the queue, which brings it again and, after some times,
 * puts it aside; so does a process that dies.
 * @param timeLeft milliseconds until Lambda ends the function, whatever it does then
 */
type HandleMessage = (message: unknown, timeLeft: () => number) => Promise<void>;
type StartProcess = () => Promise<() => Promise<void>>;

/** What an HTTP service is given besides its parts. */
export interface HttpParts {
  /** Takes its operations; it has health, documents and logs already. */
  readonly api: Api;
}

/** What a service that works on events is given besides its parts. */
export interface EventsParts {
  /** Takes the messages of the queue that starts its Lambda function. */
  readonly onMessage: (handle: HandleMessage) => void;
  /**
   * Looks for work as a process, where no message comes; resolves with what stops it. Import what it needs when it runs, by
   * `await import("./...")` in app.ts: a function's bundle leaves that out.
   */
  readonly asProcess: (start: StartProcess) => void;
}

export interface HttpService<U extends Uses = Uses, V extends Shape = Shape> extends Declaration<U, V> {
  readonly kind: "http";
  /** What older contracts want otherwise than the kit writes it. @default problem details and `{ status: "ok" }` */
  readonly form?: Pick<ApiOptions, "errorForm" | "healthy">;
  /** Adds the operations to `api`. */
  create(parts: Parts<U, V> & HttpParts): void | Promise<void>;
}

export interface WorkerService<U extends Uses = Uses, V extends Shape = Shape> extends Declaration<U, V> {
  readonly kind: "worker";
  /** Begins to work; what it starts is stopped by `onStop`. */
  start(parts: Parts<U, V>): void | Promise<void>;
}

export interface EventsService<U extends Uses = Uses, V extends Shape = Shape> extends Declaration<U, V> {
  readonly kind: "events";
  /** Says what takes a message, and what looks for work where none comes. */
  create(parts: Parts<U, V> & EventsParts): void | Promise<void>;
}

export type Service = HttpService | WorkerService | EventsService;

/** Declares an HTTP service: a process here, a function on AWS. It is the default export of its folder's app.ts. */
export const httpService = <U extends Uses, V extends Shape = Record<never, never>>(
  service: Omit<HttpService<U, V>, "kind">,
): HttpService<U, V> => ({ ...service, kind: "http" });

/** Declares a worker, a process that answers nobody. It is the default export of its folder's app.ts. */
export const workerService = <U extends Uses, V extends Shape = Record<never, never>>(
  service: Omit<WorkerService<U, V>, "kind">,
): WorkerService<U, V> => ({ ...service, kind: "worker" });

/** Declares a service that works on events: a function on AWS, a process that looks for work here. It is the default export of its folder's app.ts. */
export const eventsService = <U extends Uses, V extends Shape = Record<never, never>>(
  service: Omit<EventsService<U, V>, "kind">,
): EventsService<U, V> => ({ ...service, kind: "events" });

/** The schema of a service's environment, with the variables of what runs it: a process or a function. */
export function environmentOf<Runner extends z.core.$ZodType>({ name, uses, variables = {} }: Service, runner: Runner) {
  const kit = z.object({
    SERVICE_NAME: z._default(z.string(), name).check(z.describe("Name of the service in its logs")),
    LOG_LEVEL: LogLevel,
    ENVIRONMENT: z._default(z.string(), "local").check(z.describe("Name of the environment in logs and metrics")),
    AWS_LAMBDA_FUNCTION_VERSION: z.optional(z.string()).check(z.describe("Version of the function; Lambda sets it")),
    ...tracingVariables,
  });
  const own = Object.values(uses).reduce<z.core.$ZodType>(
    (all, used) => z.intersection(all, used.variables),
    z.object(variables),
  );
  return z.intersection(kit, z.intersection(runner, own));
}

/** A service whose environment is checked and whose resources are open. */
export interface Opened<Variables> {
  readonly environment: Variables;
  readonly parts: Parts<Uses, Shape>;
  /** Resolves when every check of `readyWhen` does. */
  readonly ready: () => Promise<unknown>;
  /** Closes what was opened. May be called more than once. */
  readonly stop: () => Promise<void>;
}

/** Checks a service's environment and opens what it uses. Throws an error that names every missing or invalid variable. */
export async function open<Runner extends z.core.$ZodType>(
  service: Service,
  env: Readonly<Record<string, string | undefined>>,
  runner: Runner,
): Promise<Opened<z.output<ReturnType<typeof environmentOf<Runner>>>>> {
  const environment = parseEnvironment(environmentOf(service, runner), env);
  const closers: (() => unknown)[] = [];
  const checks: (() => Promise<unknown>)[] = [];
  const origin = {
    service: environment.SERVICE_NAME,
    environment: environment.ENVIRONMENT,
    version: environment.AWS_LAMBDA_FUNCTION_VERSION,
  };
  const logger = createLogger({ ...origin, level: environment.LOG_LEVEL });
  const tracing = await openTracing(environment, { ...origin, logger });
  if (tracing !== undefined) closers.push(tracing.close);
  const lifetime: Lifetime = {
    logger,
    tracing,
    onStop: (close) => closers.push(close),
    readyWhen: (check) => checks.push(check),
  };
  const things: Record<string, unknown> = {};
  for (const [name, used] of Object.entries(service.uses)) things[name] = await used.open(environment, lifetime);
  return {
    environment,
    parts: { ...things, ...lifetime, variables: environment },
    ready: () => Promise.all(checks.map((check) => check())),
    stop: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

/**
 * Opens an HTTP service up to its API, which nothing listens for yet.
 * @param withMetrics whether its request lines are CloudWatch metrics as well
 */
export async function openHttp<Runner extends z.core.$ZodType>(
  service: HttpService,
  env: Readonly<Record<string, string | undefined>>,
  runner: Runner,
  withMetrics = false,
) {
  const opened = await open(service, env, runner);
  const { name, description, form } = service;
  const { parts, ready } = opened;
  const api = new Api({
    name,
    description,
    logger: parts.logger,
    tracing: parts.tracing,
    ready,
    ...form,
    withMetrics,
  });
  await service.create({ ...parts, api });
  // A service that declares its callers and forgets to say so to its API would be open to everybody.
  if (parts.callers !== undefined && !api.knowsCallers) {
    throw new Error(`${name} uses callers, so its create() must begin with api.admit(callers)`);
  }
  return { ...opened, api };
}

/** Opens a service that works on events, up to what takes them. Throws when it does not say what does. */
export async function openEvents<Runner extends z.core.$ZodType>(
  service: EventsService,
  env: Readonly<Record<string, string | undefined>>,
  runner: Runner,
) {
  const opened = await open(service, env, runner);
  let handleMessage: HandleMessage | undefined;
  let startProcess: StartProcess | undefined;
  await service.create({
    ...opened.parts,
    onMessage: (handle) => {
      handleMessage = handle;
    },
    asProcess: (start) => {
      startProcess = start;
    },
  });
  if (handleMessage === undefined)
    throw new Error(`${service.name} does not say what takes its messages: onMessage(...)`);
  return { ...opened, handleMessage, startProcess };
}
