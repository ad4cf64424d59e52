import type { EnvironmentArns } from "./arns";
import type { Permission } from "./permission";
import type { ResourceScope } from "./scope";

/** The key of a stack as a service uses it on a job's behalf. It is known by its alias alone: its id is made by AWS. */
export function keyThrough(
  service: "s3" | "dynamodb" | "secretsmanager",
  { region, regional }: EnvironmentArns,
  alias: string,
): ResourceScope {
  return {
    resources: [regional("kms", "key/*")],
    conditions: {
      StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${alias}` },
    },
  };
}

/** What S3 asks KMS for objects of the artifacts bucket. */
export function encryptsArtifacts(
  arns: EnvironmentArns,
  jobs: readonly string[],
  actions: readonly string[],
): Permission {
  return {
    sid: "EncryptArtifacts",
    actions,
    ...keyThrough("s3", arns, `${arns.name}-database`),
    jobs,
    purpose: "S3 encrypts artifacts with the environment's key",
  };
}
