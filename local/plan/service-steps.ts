import type { HttpService, Service, WorkerService } from "../../config/services";
import { baseEnvironment, type Endpoints, serviceEnvironment } from "../environment";
import { routerVariables } from "../router-variables";
import type { Step } from "../steps";
import { nodeProgram } from "../supervisor/node-program";
import type { Program } from "../supervisor/program";
import { stepOf } from "./dependency-steps";
import { bundleFile, type PortOf, type Site } from "./site";

/** Every service of the table, each after what it uses. One that fails does not keep the others from running. */
export function serviceSteps(site: Site, endpoints: Endpoints, ports: PortOf): Step[] {
  return site.services.map((service): Step => {
    // Bundled at once, while what it needs is still starting.
    const built = site.sources.add(service.name, service.entry);
    built.catch(() => {});
    return {
      name: service.name,
      title: service.kind === "http" ? service.name : `${service.name}: ${site.workers} workers`,
      needs: service.uses.flatMap((use) => stepOf[use] ?? []),
      critical: false,
      run: async () => {
        await built;
        if (service.kind === "worker") {
          const numbers = Array.from({ length: site.workers }, (_, index) => index + 1);
          await Promise.all(numbers.map((number) => site.fleet.start(workerProgram(site, endpoints, service, number))));
          return undefined;
        }
        await site.fleet.start(httpProgram(site, endpoints, service, ports(service.name)));
        return `${service.path} at 127.0.0.1:${ports(service.name)}`;
      },
    };
  });
}

/** One process of a worker service. */
export function workerProgram(site: Site, endpoints: Endpoints, service: WorkerService, number: number): Program {
  return nodeProgram({
    name: `${service.name}-${number}`,
    group: service.name,
    kind: "worker",
    file: bundleFile(site, service.name),
    environment: serviceEnvironment(service, { ...site, endpoints }),
  });
}

function httpProgram(site: Site, endpoints: Endpoints, service: HttpService, port: number): Program {
  return nodeProgram({
    name: service.name,
    kind: "http",
    file: bundleFile(site, service.name),
    port,
    environment: { ...serviceEnvironment(service, { ...site, endpoints }), HTTP_PORT: String(port) },
  });
}

/** The router needs nothing: until a service answers, it says so. */
export function routerStep(
  { services, folder, port, shell, fleet, sources }: Site,
  endpoints: Endpoints,
  ports: PortOf,
): Step {
  return {
    name: "router",
    title: "Router",
    run: async () => {
      const { file } = await sources.add("router", "local/router");
      const environment = {
        ...baseEnvironment(shell),
        ...routerVariables(services, ({ name }: Service) => `http://127.0.0.1:${ports(name)}`, endpoints.redis),
        SERVICE_NAME: "router",
        HTTP_PORT: String(port),
        CONTROL_FOLDER: folder,
      };
      await fleet.start(nodeProgram({ name: "router", kind: "router", file, port, readiness: "message", environment }));
      return `http://localhost:${port}`;
    },
  };
}
