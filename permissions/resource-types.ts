import type { PlaceName } from "./places";
import { apiTypes } from "./resource-types-api";
import { databaseTypes } from "./resource-types-database";
import { functionTypes } from "./resource-types-functions";
import { networkTypes } from "./resource-types-network";
import { sharedTypes } from "./resource-types-shared";

/** What Terraform's provider calls for one type of resource, by place. */
export interface Grant {
  readonly at: PlaceName;
  /** To find out what is there; planning needs no more. */
  readonly read?: readonly string[];
  /** To create, change, tag and delete it. */
  readonly write?: readonly string[];
}

/** Grants by Terraform type. `data.` before a type: a data source. */
export type ResourceTypes = Readonly<Record<string, readonly Grant[]>>;

/**
 * Each part becomes a policy of its own: IAM takes 6,144 characters a policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const resourceTypes = {
  network: networkTypes,
  database: databaseTypes,
  api: apiTypes,
  functions: functionTypes,
  shared: sharedTypes,
} satisfies Record<string, ResourceTypes>;
