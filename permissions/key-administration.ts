import type { BoundaryStatement } from "./permission";

/** The longest that KMS waits before it deletes a key. https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html */
export const keyDeletionDays = "30";
export const pendingDays = "kms:ScheduleKeyDeletionPendingWindowInDays";

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
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      resources: ["*"],
      purpose: "Makes and changes the key and its alias",
    },
    {
      sid: "DeploymentRetires",
      effect: "Allow",
      actions: ["kms:ScheduleKeyDeletion"],
      resources: ["*"],
      conditions: { NumericGreaterThanEquals: { [pendingDays]: keyDeletionDays } },
      purpose: "Retires the key; for 30 days it can be brought back, and with it the database and what backs it up",
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
