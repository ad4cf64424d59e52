import type { DependencyName } from "../config/dependency";
import { callers } from "./callers/container";
import type { DescribeContainers } from "./container-dependency";
import { database } from "./database/container";
import { imports } from "./imports/container";
import { internet } from "./internet/container";
import { jwt } from "./jwt/container";
import { queue } from "./queue/container";

/** What each dependency is in compose.yaml. */
export const containerDependencies: Readonly<Record<DependencyName, DescribeContainers>> = {
  database,
  queue,
  imports,
  internet,
  jwt,
  callers,
};
