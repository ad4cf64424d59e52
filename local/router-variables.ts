import type { Service } from "../config/service";

/** What the router's process is told of the services and what they use (local/router/environment.ts), here and in containers. */
export function routerVariables(
  services: readonly Service[],
  urlOf: (service: Service) => string,
  dependencies: readonly { readonly routerVariables?: Readonly<Record<string, string>> }[],
): Record<string, string> {
  const upstreams = services.flatMap((service) => {
    const { name, description } = service;
    return service.kind === "http" ? [{ name, description, path: service.path, url: urlOf(service) }] : [];
  });
  const workers = services.flatMap(({ kind, name, description }) => (kind === "worker" ? [{ name, description }] : []));
  return Object.assign(
    { UPSTREAMS: JSON.stringify(upstreams), WORKERS: JSON.stringify(workers) },
    ...dependencies.map((dependency) => dependency.routerVariables),
  );
}
