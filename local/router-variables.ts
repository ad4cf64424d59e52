import type { Service } from "../config/services";

/** What the router's process is told of the services (local/router/environment.ts), here and in containers. */
export function routerVariables(
  services: readonly Service[],
  urlOf: (service: Service) => string,
  redisUrl: string,
): Record<string, string> {
  const upstreams = services.flatMap((service) =>
    service.kind === "http"
      ? [{ name: service.name, description: service.description, path: service.path, url: urlOf(service) }]
      : [],
  );
  const workers = services.flatMap(({ kind, name, description }) => (kind === "worker" ? [{ name, description }] : []));
  return {
    UPSTREAMS: JSON.stringify(upstreams),
    WORKERS: JSON.stringify(workers),
    ...(services.some(({ uses }) => uses.includes("queue")) && { REDIS_URL: redisUrl }),
  };
}
