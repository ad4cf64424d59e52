import type { DependencyName } from "../config/dependency";
import { callers } from "./callers/local";
import { database } from "./database/local";
import { imports } from "./imports/local";
import { internet } from "./internet/local";
import { jwt } from "./jwt/local";
import type { SetUpLocally } from "./local-dependency";
import { queue } from "./queue/local";

/** What each dependency is on a developer's machine. */
export const localDependencies: Readonly<Record<DependencyName, SetUpLocally>> = {
  database,
  queue,
  imports,
  internet,
  jwt,
  callers,
};
