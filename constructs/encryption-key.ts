import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { keyAdministration, keyDeletionDays } from "../permissions/key-administration";
import { PlatformStack } from "./platform-stack";
import { policyDocument, type Statement } from "./policy";

export interface EncryptionKeyProps {
  /** What it protects, for its description and its alias. */
  readonly purpose: string;
  /** AWS services that encrypt with it on this account's behalf, beside CloudWatch Logs. @default none */
  readonly services?: readonly string[];
  /** Statements of services that must be told more exactly. @default none */
  readonly statements?: readonly Statement[];
  /** Where it is. @default the stack's region */
  readonly region?: string;
  /** ARN of the pipeline's role that deploys it; it must exist before the key. @default nobody: an administrator applies the stack */
  readonly administrator?: string;
}

const use = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/** A customer-managed key that rotates yearly, and who may use it: IAM of this account, the services named, and who deploys it. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { purpose, services = [], statements: own = [], region: elsewhere, administrator }: EncryptionKeyProps,
  ) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const region = elsewhere ?? stack.region;
    const placed = elsewhere === undefined ? {} : { region };
    const statements: Statement[] = [
      {
        // Without it nobody could change the key again: it hands the decision to IAM policies, which name the key.
        sid: "AccountDecidesByIam",
        principals: { AWS: `arn:aws:iam::${stack.account}:root` },
        actions: ["kms:*"],
      },
      {
        sid: "LogGroupsOfThisAccount",
        principals: { Service: `logs.${region}.amazonaws.com` },
        actions: use,
        conditions: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": stack.arn("logs", "log-group:*", region) } },
      },
    ];
    statements.push(...own);
    if (services.length > 0) {
      statements.push({
        sid: "ServicesOfThisAccount",
        principals: { Service: services },
        actions: use,
        conditions: { StringEquals: { "aws:SourceAccount": stack.account } },
      });
    }
    if (administrator !== undefined) {
      for (const statement of keyAdministration(region)) {
        statements.push({ ...statement, principals: { AWS: administrator } });
      }
    }
    const key = new KmsKey(this, "key", {
      ...placed,
      description: `${stack.prefix}: ${purpose}`,
      enableKeyRotation: true,
      deletionWindowInDays: Number(keyDeletionDays),
      policy: policyDocument(...statements),
    });
    new KmsAlias(this, "alias", {
      ...placed,
      name: `alias/${stack.physicalName(purpose.replaceAll(" ", "-"))}`,
      targetKeyId: key.keyId,
    });
    this.arn = key.arn;
  }
}
