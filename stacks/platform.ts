import type { App } from "cdktf";
import type { Account } from "../config/account";
import type { Environment } from "../config/environment";
import type { Service } from "../config/service";
import { ApiStack } from "./api";
import { DatabaseStack } from "./database";
import { GitlabStack } from "./gitlab";
import { NetworkStack } from "./network";
import { QueueStack } from "./queue";
import { StateStack } from "./state";
import { WorkersStack } from "./workers";

export interface PlatformProps {
  /** All there are: what an account has once is made of all its environments, whichever are chosen. */
  readonly environments: readonly Environment[];
  /** Whose stacks are wanted. @default all */
  readonly chosen?: readonly Environment[];
  /** What accounts have once; one that is not listed has its states alone. @default none */
  readonly accounts?: readonly Account[];
  readonly services: readonly Service[];
  /** The built bundle of a service: a zip file. */
  readonly bundle: (service: string) => string;
  /** Whether the accounts' state buckets are still to be made. @default false */
  readonly bootstrap?: boolean;
}

/** Every stack of the chosen environments, and of the accounts below them. */
export function platform(app: App, props: PlatformProps): void {
  const { environments, chosen = environments, accounts = [], services, bundle, bootstrap = false } = props;
  for (const account of new Set(chosen.map((environment) => environment.account))) {
    const sharing = environments.filter((environment) => environment.account === account);
    const [first] = sharing;
    if (first === undefined) continue;
    const gitlabIssuers = [...new Set(sharing.flatMap(({ gitlab }) => (gitlab.oidc ? [gitlab.url] : [])))];
    const guarded = accounts.find((listed) => listed.account === account);
    new StateStack(app, { ...first, bootstrap, gitlabIssuers, ...(guarded && { guarded }) });
  }
  for (const environment of chosen) {
    const network = new NetworkStack(app, environment, { services });
    const database = new DatabaseStack(app, environment, { network, services });
    const queue = new QueueStack(app, environment, { network, database, services });
    const api = new ApiStack(app, environment, { network, database, queue, services, bundle });
    new WorkersStack(app, environment, { network, database, queue, api, services });
    new GitlabStack(app, environment, { services });
  }
}
