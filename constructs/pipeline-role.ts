import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { pipelineRoleName } from "../config/names";
import type { Policies } from "../permissions/permission";
import { PlatformStack } from "./platform-stack";
import { policyDocument, type Statement, trustDocument } from "./policy";
import { policyParts } from "./policy-parts";

export interface PipelineRoleProps {
  /** Kind of pipeline job: `plan`, `deploy`... */
  readonly role: string;
  /** Who may assume it. */
  readonly trust: Statement;
  /** What it can never exceed. */
  readonly boundary: IamPolicy;
  /** What it may do, by the policy that holds it. */
  readonly permissions: Policies;
}

/** What one kind of pipeline job may do, for an hour at a time. */
export class PipelineRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { role: kind, trust, boundary, permissions }: PipelineRoleProps) {
    super(scope, id);
    const name = pipelineRoleName(PlatformStack.of(this).prefix, kind);
    const role = new IamRole(this, "role", {
      name,
      assumeRolePolicy: trustDocument(trust),
      permissionsBoundary: boundary.arn,
      maxSessionDuration: 3_600,
    });
    for (const [part, statements] of Object.entries(policyParts(permissions))) {
      const policy = new IamPolicy(this, part, { name: `${name}-${part}`, policy: policyDocument(...statements) });
      new IamRolePolicyAttachment(this, `${part}-attachment`, { role: role.name, policyArn: policy.arn });
    }
    this.arn = role.arn;
  }
}
