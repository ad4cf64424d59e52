import type { EnvironmentArns } from "./arns";
import type { Permission } from "./permission";
import type { ResourceScope } from "./scope";

/** The key of a stack as S3 uses it on a job's behalf. It is known by its alias alone: its id is made by AWS. */
export function keyThroughS3({ region, regional }: EnvironmentArns, alias: string): ResourceScope {
  return {
    resources: [regional("kms", "key/*")],
    conditions: {
      StringEquals: { "kms:ViaService": `s3.${region}.amazonaws.com` },
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
    ...keyThroughS3(arns, `${arns.name}-database`),
    jobs,
    purpose: "S3 encrypts artifacts with the environment's key",
  };
}
