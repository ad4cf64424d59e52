import type { Environment } from "../../config/environment";
import type { Service } from "../../config/service";
import { architecture } from "../../packages/architecture/src/architecture";
import { layout } from "../../packages/architecture/src/layout";
import type { Scene } from "../../packages/architecture/src/scene";
import { svg } from "../../packages/architecture/src/svg";
import { zones } from "../../packages/architecture/src/zones";
import { localPlatform } from "./local";
import { synthesize } from "./synthesize";

/** What each picture shows, by its file's name: the environment, each of its stacks, the local platform. */
export function scenes(environment: Environment, services: readonly Service[]): ReadonlyMap<string, Scene> {
  const synthesis = synthesize(environment, services);
  const order = services.map(({ name }) => name);
  const ofStacks = synthesis.stacks.map((stack): readonly [string, Scene] => {
    const name = stack.replace(`${environment.name}-`, "");
    const view = { title: `The ${name} stack, ${environment.name}`, stack, order };
    const holdsSubnets = synthesis.of("aws_subnet").some((subnet) => subnet.stack === stack);
    return [`architecture-${name}.svg`, (holdsSubnets ? zones : architecture)(synthesis, view)];
  });
  return new Map([
    ["architecture.svg", architecture(synthesis, { title: `The platform on AWS, ${environment.name}`, order })],
    ...ofStacks,
    ["local.svg", localPlatform(services)],
  ]);
}

/** Every picture of the documentation, by its file's name. The same input gives the same bytes. */
export function pictures(environment: Environment, services: readonly Service[]): ReadonlyMap<string, string> {
  return new Map([...scenes(environment, services)].map(([file, scene]) => [file, svg(layout(scene))]));
}
