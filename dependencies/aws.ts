import { type DependencyName, type DependencyOnAws, isOnAws } from "../config/dependency";
import type { ServiceFunction } from "../constructs/service-function";
import type { AwsDependency, AwsResources } from "./aws-dependency";
import { callers } from "./callers/aws";
import { database } from "./database/aws";
import { imports } from "./imports/aws";
import { internet } from "./internet/aws";

const dependencies: Readonly<Record<DependencyOnAws, AwsDependency>> = {
  database,
  imports,
  internet,
  callers,
};

/**
 * Provides to a function what its service uses.
 * @throws for a dependency that no stack provides; config/validation.ts refuses such a table before
 */
export function provideDependencies(
  client: ServiceFunction,
  uses: readonly DependencyName[],
  resources: AwsResources,
): void {
  for (const dependency of uses) {
    if (!isOnAws(dependency)) {
      throw new Error(`services(${client.service}).uses must be provided on aws, got ${dependency}`);
    }
    dependencies[dependency](client, resources);
  }
}
