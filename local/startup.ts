import { mkdirSync } from "node:fs";
import { join, relative } from "node:path";
import { type DependencyName, dependencyNames } from "../config/dependency";
import type { EventsService, HttpService, Service, WorkerService } from "../config/service";
import { localDependencies } from "../dependencies/local";
import type { LocalDependency } from "../dependencies/local-dependency";
import { baseEnvironment, routerVariables, serviceEnvironment } from "./environment";
import { type MachineParts, thisMachine } from "./machine";
import type { Step } from "./steps";
import { nodeProgram, type Program } from "./supervisor/node-program";

export interface StartupOptions extends MachineParts {
  /** Port of the router. */
  readonly port: number;
  /** Processes of each worker service. */
  readonly workers: number;
  /** The service that a debugger can be attached to. @default none */
  readonly inspect?: Inspect | undefined;
}

export interface Inspect {
  readonly service: string;
  /** Of 127.0.0.1; the second process of a worker has the next one. */
  readonly port: number;
}

export interface Startup {
  readonly steps: readonly Step[];
  /** One process of a worker service. */
  worker(service: WorkerService, number: number): Program;
}

/** Lays out what starts after what: the dependencies that some service uses, the services, the router. */
export async function planStartup(options: StartupOptions): Promise<Startup> {
  const { folder, services, shell, sources, supervisor, workers } = options;
  const machine = thisMachine(options);
  const dependencies = new Map<DependencyName, LocalDependency>();
  for (const name of dependencyNames.filter((one) => services.some(({ uses }) => uses.includes(one)))) {
    dependencies.set(name, await localDependencies[name](machine));
  }
  // The owner's alone: a request that gets to a service came through the router, so the service may believe its headers.
  const sockets = join(folder, "sockets");
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  // Relative to here, since a socket's path has at most 104 bytes.
  const socketOf = ({ name }: HttpService) => relative(process.cwd(), join(sockets, `${name}.sock`));

  const environmentOf = (service: Service) => {
    const used = service.uses.flatMap((name) => dependencies.get(name) ?? []);
    return serviceEnvironment(service, used, shell);
  };
  const inspectedAt = ({ name }: Service, number = 1) =>
    options.inspect?.service === name ? { inspectPort: options.inspect.port + number - 1 } : {};
  const httpProgram = (service: HttpService) =>
    nodeProgram({
      ...inspectedAt(service),
      name: service.name,
      kind: "http",
      file: sources.fileOf(service.name),
      socket: socketOf(service),
      environment: environmentOf(service),
    });
  const worker = (service: WorkerService, number: number) =>
    nodeProgram({
      ...inspectedAt(service, number),
      name: `${service.name}-${number}`,
      group: service.name,
      kind: "worker",
      file: sources.fileOf(service.name),
      environment: environmentOf(service),
    });

  const eventsProgram = (service: EventsService) =>
    nodeProgram({
      ...inspectedAt(service),
      name: service.name,
      kind: "events",
      file: sources.fileOf(service.name),
      environment: environmentOf(service),
    });

  /** A service, after what it uses. One that fails does not keep the others from running. */
  const serviceStep = (service: Service): Step => {
    const { name, kind, entry, uses } = service;
    // Bundled at once, while what it needs is still starting.
    const built = sources.add(name, entry);
    built.catch(() => {});
    return {
      name,
      title: kind === "worker" ? `${name}: ${workers} workers` : name,
      needs: uses.flatMap((use) => lastStep(use, dependencies.get(use)) ?? []),
      critical: false,
      run: async (say) => {
        await built;
        if (service.kind === "http") {
          await supervisor.start(httpProgram(service), say);
          return `${service.path} at ${socketOf(service)}`;
        }
        if (service.kind === "events") {
          await supervisor.start(eventsProgram(service), say);
          return undefined;
        }
        const numbers = Array.from({ length: workers }, (_, index) => index + 1);
        await Promise.all(numbers.map((number) => supervisor.start(worker(service, number), say)));
        return undefined;
      },
    };
  };

  return {
    steps: [
      ...[...dependencies].flatMap(([name, dependency]) => dependencySteps(name, dependency)),
      ...services.map(serviceStep),
      routerStep(options, {
        ...baseEnvironment(shell),
        ...routerVariables(services, (service) => `unix:${socketOf(service)}`, [...dependencies.values()]),
      }),
    ],
    worker,
  };
}

const stepName = (dependency: DependencyName, index: number) => `${dependency} ${index}`;

/** The steps of a dependency, one after the other. */
const dependencySteps = (name: DependencyName, { steps }: LocalDependency): readonly Step[] =>
  steps.map((step, index) => ({
    ...step,
    name: stepName(name, index),
    needs: index === 0 ? [] : [stepName(name, index - 1)],
  }));

/** What whoever uses a dependency waits for; nothing for one that is there from the start. */
const lastStep = (name: DependencyName, dependency: LocalDependency | undefined) =>
  dependency === undefined || dependency.steps.length === 0 ? undefined : stepName(name, dependency.steps.length - 1);

/** The router needs nothing: until a service answers, it says so. */
const routerStep = (
  { folder, port, supervisor, sources }: StartupOptions,
  variables: Record<string, string>,
): Step => ({
  name: "router",
  title: "Router",
  run: async () => {
    const { file } = await sources.add("router", "local/router");
    const environment = { ...variables, SERVICE_NAME: "router", CONTROL_FOLDER: folder };
    await supervisor.start(nodeProgram({ name: "router", kind: "router", file, port, environment }));
    return `http://localhost:${port}`;
  },
});
