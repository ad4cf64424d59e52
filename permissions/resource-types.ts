import { apiTypes } from "./resource-types-api";
import { backupTypes } from "./resource-types-backup";
import { databaseTypes } from "./resource-types-database";
import { functionTypes } from "./resource-types-functions";
import { networkTypes } from "./resource-types-network";
import { queueTypes } from "./resource-types-queue";
import { resolverTypes } from "./resource-types-resolver";
import { sharedTypes } from "./resource-types-shared";
import { workerTypes } from "./resource-types-workers";
import type { Scope } from "./scope";

/** When Terraform's provider makes a call, and the verb that its statements' sids begin with. */
export const phases = {
  /** To find out what is there; planning needs no more. */
  read: "Read",
  /** To create, change, tag and delete it. */
  write: "Change",
} as const;
export type Phase = keyof typeof phases;

/** The calls for one type of resource in one scope, by phase. */
export type Grant = { readonly scope: Scope } & { readonly [phase in Phase]?: readonly string[] };

/** Grants by Terraform type: all that a type needs. `data.` before a type: a data source. */
export type ResourceTypes = Readonly<Record<string, readonly Grant[]>>;

/**
 * Each part becomes a policy of its own, as far as IAM takes it: constructs/policy-parts.ts.
 */
export const resourceTypes = {
  network: networkTypes,
  // A role has ten policies at most, and these two have room.
  database: { ...databaseTypes, ...backupTypes },
  queue: { ...queueTypes, ...resolverTypes },
  api: apiTypes,
  functions: functionTypes,
  workers: workerTypes,
  shared: sharedTypes,
} satisfies Record<string, ResourceTypes>;
