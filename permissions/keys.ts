import type { Environment } from "../config/environment";
import { arns } from "./arns";
import type { Permission } from "./permission";

/** The key of a stack is known by its alias alone: its id is made by AWS. */
function keyCondition(environment: Environment, alias: string, service: string) {
  return {
    StringEquals: { "kms:ViaService": `${service}.${environment.region}.amazonaws.com` },
    "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${alias}` },
  };
}

/** What S3 asks KMS on the job's behalf for objects of the artifacts bucket. */
export function encryptsArtifacts(
  environment: Environment,
  { jobs, decrypts }: { readonly jobs: readonly string[]; readonly decrypts: boolean },
): Permission {
  return {
    sid: "EncryptArtifacts",
    actions: decrypts ? ["kms:Decrypt", "kms:GenerateDataKey"] : ["kms:GenerateDataKey"],
    resources: [arns(environment).regional("kms", "key/*")],
    conditions: keyCondition(environment, `${environment.name}-database`, "s3"),
    jobs,
    purpose: "S3 encrypts artifacts with the environment's key",
  };
}

/** What S3 asks KMS on the job's behalf for states. */
export function encryptsStates(environment: Environment, { jobs }: { readonly jobs: readonly string[] }): Permission {
  return {
    sid: "EncryptStates",
    actions: ["kms:Decrypt", "kms:GenerateDataKey"],
    resources: [arns(environment).regional("kms", "key/*")],
    conditions: keyCondition(environment, "platform-state", "s3"),
    jobs,
    purpose: "S3 encrypts states and their lock files with the account's state key",
  };
}
