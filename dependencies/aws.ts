import type { DependencyName } from "../config/dependency";
import type { Workload } from "../constructs/workload";
import type { AwsDependency, AwsResources } from "./aws-dependency";
import { callers } from "./callers/aws";
import { database } from "./database/aws";
import { imports } from "./imports/aws";
import { internet } from "./internet/aws";
import { jwt } from "./jwt/aws";
import { queue } from "./queue/aws";

const dependencies: Readonly<Record<DependencyName, AwsDependency>> = {
  database,
  queue,
  imports,
  internet,
  jwt,
  callers,
};

/** Provides to a service what its entry says that it uses. */
export function provideDependencies(client: Workload, uses: readonly DependencyName[], resources: AwsResources): void {
  for (const dependency of uses) dependencies[dependency](client, resources);
}
