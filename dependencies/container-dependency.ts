import type { Service } from "../config/service";
import type { ComposeService, Condition } from "./compose";

/** What a dependency is in the containers of compose.yaml. */
export interface ContainerDependency {
  /** Containers of its own, by name; their named volumes become volumes of the file. */
  readonly containers: Readonly<Record<string, ComposeService>>;
  /** Files that our image holds for them, by their path in it without the extension: a program, or a file of SQL. */
  readonly files: Readonly<Record<string, string>>;
  /** In which state which container is before one that uses the dependency starts. */
  readonly after: Readonly<Record<string, Condition>>;
  /** What a service that uses it gets in its environment. */
  variables(service: Service): Readonly<Record<string, string>>;
  /** What the router gets, to show it on its pages. @default nothing */
  readonly routerVariables?: Readonly<Record<string, string>>;
}

/** Describes a dependency for all the services of the file. */
export type DescribeContainers = (services: readonly Service[]) => ContainerDependency;
