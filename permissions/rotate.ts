import type { EnvironmentArns } from "./arns";
import { keyThrough } from "./keys";
import type { Permission } from "./permission";

const jobs = ["token-key"];

/**
 * What ops/token-key calls. A role of its own: whoever has the key can sign a token for any user, and no job that brings code has to
 * read it.
 */
export function rotatePermissions(arns: EnvironmentArns): Permission[] {
  return [
    {
      sid: "MakeTokenKey",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
      resources: [arns.tokenKey],
      jobs,
      purpose: "Makes the first key where there is none; on demand a new one, which keeps the one before",
    },
    {
      sid: "EncryptTokenKey",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      ...keyThrough("secretsmanager", arns, `${arns.name}-api`),
      jobs,
      purpose: "Secrets Manager encrypts the key with the environment's",
    },
  ];
}
