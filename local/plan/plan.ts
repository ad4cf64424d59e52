import { databaseName } from "../../config/names";
import type { WorkerService } from "../../config/services";
import { localPassword } from "../../dependencies/database/postgres";
import type { Endpoints } from "../environment";
import type { Step } from "../steps";
import type { Program } from "../supervisor/program";
import { dependencySteps } from "./dependency-steps";
import { routerStep, serviceSteps, workerProgram } from "./service-steps";
import { choosePorts, type Site } from "./site";

export interface Plan {
  readonly steps: readonly Step[];
  /** One process of a worker service. */
  worker(service: WorkerService, number: number): Program;
}

/** Chooses the ports and lays out what starts after what. */
export async function makePlan(site: Site): Promise<Plan> {
  const ports = await choosePorts(["postgres", "redis", "s3", "resolver", ...site.services.map(({ name }) => name)]);
  const endpoints: Endpoints = {
    database: (role) => `postgres://${role}:${localPassword}@127.0.0.1:${ports("postgres")}/${databaseName}`,
    redis: `redis://127.0.0.1:${ports("redis")}`,
    s3: `http://127.0.0.1:${ports("s3")}`,
    resolver: `http://127.0.0.1:${ports("resolver")}`,
  };
  return {
    steps: [
      ...dependencySteps(site, endpoints, ports),
      ...serviceSteps(site, endpoints, ports),
      routerStep(site, endpoints, ports),
    ],
    worker: (service, number) => workerProgram(site, endpoints, service, number),
  };
}
