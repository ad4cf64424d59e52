import { stringify } from "yaml";
import { dependencyNames } from "../../config/dependency";
import type { Service } from "../../config/service";
import { type ComposeService, containerPort, fromShell, noHealthcheck, ownContainer } from "../../dependencies/compose";
import { containerDependencies } from "../../dependencies/container";
import type { ContainerDependency } from "../../dependencies/container-dependency";
import { routerVariables } from "../environment";

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

/** What the services use, as containers. */
export function usedDependencies(services: readonly Service[]): ReadonlyMap<string, ContainerDependency> {
  const used = dependencyNames.filter((name) => services.some(({ uses }) => uses.includes(name)));
  return new Map(used.map((name) => [name, containerDependencies[name](services)]));
}

/** The collector of whoever starts them; without, empty, which counts as missing. */
const telemetry = { OTEL_EXPORTER_OTLP_ENDPOINT: fromShell("OTEL_EXPORTER_OTLP_ENDPOINT:-") };

/** The same environment as `make up`, as containers of one image: each command names the program. */
export function composeFile(services: readonly Service[]): ComposeFile {
  const dependencies = usedDependencies(services);
  const all = [...dependencies.values()];
  const router = {
    name: "router",
    variables: { ...telemetry, ...routerVariables(services, ({ name }) => `http://${name}:${containerPort}`, all) },
  };
  const upstreams = services.flatMap(({ kind, name }) => (kind === "http" ? [[name, "service_healthy"] as const] : []));
  const containers: Record<string, ComposeService> = {
    ...Object.assign({}, ...all.map((dependency) => dependency.containers)),
    ...Object.fromEntries(services.map((service) => [service.name, serviceContainer(service, dependencies)])),
    router: {
      ...ownContainer(router, Object.fromEntries(upstreams)),
      ports: [`127.0.0.1:${fromShell("PORT:-8080")}:${containerPort}`],
    },
  };
  const mounted = Object.values(containers).flatMap(({ volumes = [] }) => volumes);
  const volumes = mounted.map((volume) => [volume.split(":")[0] ?? volume, null] as const);
  return { services: containers, volumes: Object.fromEntries(volumes) };
}

function serviceContainer(service: Service, dependencies: ReadonlyMap<string, ContainerDependency>): ComposeService {
  const { name, kind, uses, variables: own = {} } = service;
  const used = uses.flatMap((use) => dependencies.get(use) ?? []);
  const variables = Object.assign({}, telemetry, own, ...used.map((dependency) => dependency.variables(service)));
  const container = ownContainer({ name, variables }, Object.assign({}, ...used.map(({ after }) => after)));
  if (kind === "http") return container;
  return { ...container, healthcheck: noHealthcheck, ...(kind === "worker" && { scale: fromShell("WORKERS:-2") }) };
}

/** compose.yaml, byte for byte. */
export const composeText = (file: ComposeFile): string =>
  `# Written by make generate from config/services.ts: change that, not this. The same environment as make up, in containers:
#   export JWT_SECRET=$(openssl rand -base64 48) && docker compose up --build
${stringify(file, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false })}`;
