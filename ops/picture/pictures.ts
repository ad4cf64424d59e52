import { draw, type Scene, scenes as stackScenes } from "@platform/architecture";
import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { localPlatform } from "./local";
import { synthesize } from "./synthesize";

/** What each picture shows, by its file's name: the environment, each of its stacks, the local platform. */
export function scenes(environment: Environment, services: readonly Service[]): ReadonlyMap<string, Scene> {
  const drawn = stackScenes(synthesize(environment, services), {
    name: environment.name,
    prefix: `${environment.name}-`,
    order: services.map(({ name }) => name),
  });
  return new Map([...drawn, ["local.svg", localPlatform(services)]]);
}

/** Every picture of the documentation, by its file's name. The same input gives the same bytes. */
export function pictures(environment: Environment, services: readonly Service[]): ReadonlyMap<string, string> {
  return new Map([...scenes(environment, services)].map(([file, scene]) => [file, draw(scene)]));
}
