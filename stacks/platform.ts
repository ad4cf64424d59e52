import type { App } from "cdktf";
import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { ApiStack } from "./api";
import { DatabaseStack } from "./database";
import { GitlabStack } from "./gitlab";
import { NetworkStack } from "./network";
import { StateStack } from "./state";

export interface PlatformProps {
  readonly environments: readonly Environment[];
  readonly services: readonly Service[];
  /** The built bundle of a service: a zip file. */
  readonly bundle: (service: string) => string;
  /** Whether the accounts' state buckets are still to be made. @default false */
  readonly bootstrap?: boolean;
}

/** Every stack of every environment, and of the account below them. */
export function platform(app: App, { environments, services, bundle, bootstrap = false }: PlatformProps): void {
  for (const environment of oneOfEachAccount(environments)) {
    const sharing = environments.filter(({ account, gitlab }) => account === environment.account && gitlab.oidc);
    const gitlabIssuers = [...new Set(sharing.map(({ gitlab }) => gitlab.url))];
    new StateStack(app, { ...environment, bootstrap, gitlabIssuers });
  }
  for (const environment of environments) {
    const network = new NetworkStack(app, environment);
    const database = new DatabaseStack(app, environment, { network, services });
    new ApiStack(app, environment, { network, database, services, bundle });
    new GitlabStack(app, environment, { services });
  }
}

function oneOfEachAccount(environments: readonly Environment[]): readonly Environment[] {
  return environments.filter(
    ({ account }, index) => environments.findIndex((other) => other.account === account) === index,
  );
}
