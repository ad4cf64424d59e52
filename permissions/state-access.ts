import { stateBucketName, stateKeyAlias, stateLockTableName } from "../config/names";
import { type EnvironmentArns, stateKey } from "./arns";
import { keyThrough } from "./keys";
import type { Permission } from "./permission";

interface StateAccess {
  /** Stacks whose states are read. */
  readonly reads: readonly string[];
  /** Stacks whose states are locked. */
  readonly locks: readonly string[];
  /** Stacks whose states are written. */
  readonly writes: readonly string[];
  readonly jobs: readonly string[];
}

/** What Terraform's S3 backend calls, with the lock in DynamoDB and the lock file beside the state. */
export function statePermissions(arns: EnvironmentArns, { reads, locks, writes, jobs }: StateAccess): Permission[] {
  const { name, account, regional, state } = arns;
  const keys = (stacks: readonly string[]) => stacks.map((stack) => stateKey(name, stack));
  const rows = (stacks: readonly string[], suffix = "") =>
    keys(stacks).map((key) => `${stateBucketName(account)}/${key}${suffix}`);
  const lockFiles = keys(locks).map((key) => state(`${key}.tflock`));
  const table = [regional("dynamodb", `table/${stateLockTableName}`)];
  const onRows = (items: readonly string[]) => ({
    "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": items },
    // For all values of none is true: a scan names no key.
    Null: { "dynamodb:LeadingKeys": "false" },
  });
  const permissions: Permission[] = [
    {
      sid: "FindStates",
      actions: ["s3:ListBucket"],
      resources: [state()],
      // Names, no contents. S3 says "no such object" only to who may list, and no page of AWS says that it fills in s3:prefix then.
      jobs,
      purpose: "Lists workspaces, and learns that a state does not exist yet",
    },
    {
      sid: "ReadStates",
      actions: ["s3:GetObject"],
      resources: keys(reads).map((key) => state(key)),
      jobs,
      purpose: "Reads the states of the environment's stacks",
    },
    {
      sid: "LockFile",
      actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      resources: lockFiles,
      jobs,
      purpose: "Takes, shows and gives back the lock beside a state",
    },
    {
      sid: "LockRow",
      actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
      resources: table,
      conditions: onRows(rows(locks)),
      jobs,
      purpose: "Takes, shows and gives back the lock in the table",
    },
    {
      sid: "ReadDigest",
      actions: ["dynamodb:GetItem"],
      resources: table,
      conditions: onRows(rows(reads, "-md5")),
      jobs,
      purpose: "Checks that the state read is the one written last",
    },
    {
      sid: "EncryptStates",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      ...keyThrough("s3", arns, stateKeyAlias),
      jobs,
      purpose: "S3 encrypts states and their lock files with the account's state key",
    },
    {
      sid: "DecryptLocks",
      actions: ["kms:Decrypt"],
      ...keyThrough("dynamodb", arns, stateKeyAlias),
      jobs,
      purpose: "DynamoDB opens the lock table, which the same key encrypts, in the caller's name",
    },
  ];
  if (writes.length === 0) return permissions;
  return [
    ...permissions,
    {
      sid: "WriteStates",
      actions: ["s3:PutObject"],
      resources: keys(writes).map((key) => state(key)),
      jobs,
      purpose: "Writes the states of the stacks it deploys",
    },
    {
      sid: "WriteDigest",
      actions: ["dynamodb:PutItem"],
      resources: table,
      conditions: onRows(rows(writes, "-md5")),
      jobs,
      purpose: "Notes the digest of the state written",
    },
  ];
}
