import type { BoundaryStatement } from "./permission";

/**
 * What the policy of each key gives the role that deploys it. It stands in the key's own policy because KMS takes minutes to know
 * the tags and aliases of a new key, and a deployment uses the key at once:
 * https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
 */
export function keyAdministration(region: string): BoundaryStatement[] {
  const through = (...services: string[]) => services.map((service) => `${service}.${region}.amazonaws.com`);
  return [
    {
      sid: "DeploymentAdministers",
      effect: "Allow",
      actions: [
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      resources: ["*"],
      purpose: "Makes, changes and retires the key and its alias",
    },
    {
      sid: "DeploymentLendsToServices",
      effect: "Allow",
      actions: ["kms:CreateGrant"],
      resources: ["*"],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
      purpose:
        "Lets the database, its backups, the queue, image repositories and functions keep their data with the key",
    },
    {
      sid: "DeploymentUsesThroughServices",
      effect: "Allow",
      actions: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      resources: ["*"],
      conditions: { StringEquals: { "kms:ViaService": through("backup", "lambda", "rds", "secretsmanager") } },
      purpose: "Services encrypt variables and secrets in the caller's name; a job itself encrypts nothing",
    },
    {
      sid: "DeploymentTakesBackFromServices",
      effect: "Allow",
      actions: ["kms:RetireGrant"],
      resources: ["*"],
      conditions: { StringEquals: { "kms:ViaService": through("backup", "ecr") } },
      purpose: "Takes back what a vault of backups or an image repository was lent, when it is deleted",
    },
  ];
}
