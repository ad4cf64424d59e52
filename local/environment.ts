import type { HttpService, Service } from "../config/service";
import type { LocalDependency } from "../dependencies/local-dependency";

/** Variables of your shell that reach every program, besides those that a service's entry in the table or what it uses names. */
const passedOn = ["PATH", "HOME", "LANG", "TZ", "LOG_LEVEL", "DATABASE_POOL_SIZE"];

/**
 * What a process of this environment has whatever it is: `LOG_LEVEL=debug make up`, and OpenTelemetry's variables, but
 * for a name: each service has its own.
 */
export function baseEnvironment(shell: NodeJS.ProcessEnv, more: readonly string[] = []): Record<string, string> {
  const telemetry = Object.keys(shell).filter((name) => name.startsWith("OTEL_") && name !== "OTEL_SERVICE_NAME");
  const names = [...passedOn, ...telemetry, ...more];
  const kept = names.flatMap((name) => (shell[name] === undefined ? [] : [[name, shell[name]]]));
  return { NODE_ENV: "development", ...Object.fromEntries(kept) };
}

/** The variables of a service, from what it uses and nothing else: what it does not use, it cannot reach. */
export function serviceEnvironment(
  service: Service,
  used: readonly LocalDependency[],
  shell: NodeJS.ProcessEnv,
): Record<string, string> {
  const { name, variables: own = {} } = service;
  const given = used.map((dependency) => dependency.variables(service));
  const passed = [...Object.keys(own), ...used.flatMap(({ fromShell = [] }) => fromShell)];
  return Object.assign({ SERVICE_NAME: name, ...own }, ...given, baseEnvironment(shell, passed));
}

/** What the router's process is told of the services and what they use (local/router/environment.ts), here and in containers. */
export function routerVariables(
  services: readonly Service[],
  urlOf: (service: HttpService) => string,
  dependencies: readonly { readonly routerVariables?: Readonly<Record<string, string>> }[],
): Record<string, string> {
  const upstreams = services.flatMap((service) => {
    const { name, description } = service;
    return service.kind === "http" ? [{ name, description, path: service.path, url: urlOf(service) }] : [];
  });
  const workers = services.flatMap(({ kind, name, description }) =>
    kind === "http" ? [] : [{ name, description, kind }],
  );
  return Object.assign(
    { UPSTREAMS: JSON.stringify(upstreams), WORKERS: JSON.stringify(workers) },
    ...dependencies.map((dependency) => dependency.routerVariables),
  );
}
