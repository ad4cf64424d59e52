import { databaseClusterName, operatorSecretName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { BoundaryStatement } from "./permission";

/**
 * What who operates an environment may do to its database: ask, as the database's user `operator`, through RDS Data API. No way of the
 * network leads there. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
 */
export function operatorPermissions({ name, region, regional }: EnvironmentArns): BoundaryStatement[] {
  return [
    {
      sid: "AskDatabase",
      effect: "Allow",
      actions: ["rds-data:ExecuteStatement"],
      resources: [regional("rds", `cluster:${databaseClusterName(name)}`)],
      purpose: "Asks one statement after the other; what it may read, PostgreSQL says",
    },
    {
      sid: "AsOperator",
      effect: "Allow",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [regional("secretsmanager", `secret:${operatorSecretName(name)}-??????`)],
      purpose: "RDS Data API reads the password in the caller's name",
    },
    {
      sid: "OpenSecret",
      effect: "Allow",
      actions: ["kms:Decrypt"],
      resources: [regional("kms", "key/*")],
      conditions: {
        StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": `alias/${name}-database` },
      },
      purpose: "The database's key encrypts the secret",
    },
  ];
}
