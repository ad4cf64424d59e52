import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { operatorRoleName } from "../config/names";
import type { BoundaryStatement } from "../permissions/permission";
import { PlatformStack } from "./platform-stack";
import { policyDocument, type Statement, trustDocument } from "./policy";

export interface OperatorRoleProps {
  /** ARNs of users and roles of IAM who may assume it. */
  readonly principals: readonly string[];
  readonly permissions: readonly BoundaryStatement[];
}

/**
 * The role of who operates an environment, for an hour at a time. A user takes it with a second factor and under its own name; for a role,
 * the identity provider asks for both. CloudTrail names the session with each statement.
 */
export class OperatorRole extends Construct {
  constructor(scope: Construct, id: string, { principals, permissions }: OperatorRoleProps) {
    super(scope, id);
    const name = operatorRoleName(PlatformStack.of(this).prefix);
    const policy = policyDocument(...permissions);
    const users = principals.filter((arn) => arn.includes(":user/"));
    const roles = principals.filter((arn) => !users.includes(arn));
    const trusted = (sid: string, all: readonly string[], conditions?: Statement["conditions"]): Statement[] =>
      all.length === 0
        ? []
        : [{ sid, principals: { AWS: all }, actions: ["sts:AssumeRole"], ...(conditions && { conditions }) }];
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: trustDocument(
        ...trusted("Users", users, {
          Bool: { "aws:MultiFactorAuthPresent": "true" },
          // IAM's variable, not Terraform's.
          StringEquals: { "sts:RoleSessionName": "$${aws:username}" },
        }),
        ...trusted("Roles", roles),
      ),
      maxSessionDuration: 3_600,
    });
    // It exceeds nothing: nobody but an administrator writes its policy, and the boundary says the same once more.
    const granted = new IamPolicy(this, "policy", { name, policy });
    role.permissionsBoundary = granted.arn;
    new IamRolePolicyAttachment(this, "attachment", { role: role.name, policyArn: granted.arn });
  }
}
