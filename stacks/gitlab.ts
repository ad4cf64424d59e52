import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamUser } from "@cdktf/provider-aws/lib/iam-user";
import { IamUserPolicy } from "@cdktf/provider-aws/lib/iam-user-policy";
import type { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { pipelineBoundaryName, pipelineUserName, workloadBoundaryName } from "../config/names";
import type { Service } from "../config/service";
import { OperatorRole } from "../constructs/operator-role";
import { PipelineRole } from "../constructs/pipeline-role";
import { PlatformStack } from "../constructs/platform-stack";
import { policyDocument, type Statement } from "../constructs/policy";
import { environmentArns } from "../permissions/arns";
import { operatorPermissions } from "../permissions/operators";
import { type PipelineRoleName, pipelinePermissions, pipelineRoles, protectedRoles } from "../permissions/roles";

export interface GitlabStackProps {
  readonly services: readonly Service[];
}

/**
 * The pipeline's way in: a user that may only assume roles, and a role for each kind of job. An administrator applies it: the
 * pipeline may not change its own rights. The user's access key is made by hand (docs/runbooks/rotate-key.md), so that no
 * state file ever holds it.
 */
export class GitlabStack extends PlatformStack {
  constructor(scope: Construct, environment: Environment, { services }: GitlabStackProps) {
    super(scope, environment.name, "gitlab", environment);
    const permissions = pipelinePermissions(environment, services);
    const user = new IamUser(this, "user", { name: pipelineUserName(environment.name) });
    const boundary = new IamPolicy(this, "boundary", {
      name: pipelineBoundaryName(environment.name),
      description: "What no pipeline job may exceed, whatever its role says",
      policy: policyDocument(...permissions.boundary),
    });
    new IamPolicy(this, "workload-boundary", {
      name: workloadBoundaryName(environment.name),
      description: "What no function, build or database may exceed, whatever the pipeline writes into its role",
      policy: policyDocument(...permissions.workloadBoundary),
    });

    const trust = this.trust(environment, user);
    const roles = pipelineRoles.map(
      (role) =>
        new PipelineRole(this, role, { role, boundary, trust: trust(role), permissions: permissions.roles[role] }),
    );
    new IamUserPolicy(this, "assume-roles", {
      name: "assume-roles",
      user: user.name,
      policy: policyDocument({
        sid: "AssumeRoles",
        actions: ["sts:AssumeRole"],
        resources: roles.map(({ arn }) => arn),
      }),
    });
    // With the pipeline's roles, since an administrator applies this stack: who deploys must not let himself in.
    if (environment.operators.length === 0) return;
    new OperatorRole(this, "operators", {
      principals: environment.operators,
      permissions: operatorPermissions(environmentArns(environment, services)),
    });
  }

  /** Who may assume a role: the user, in a session that names the pipeline; with OIDC, GitLab's own jobs instead. */
  private trust({ gitlab }: Environment, user: IamUser): (role: PipelineRoleName) => Statement {
    const named = { StringLike: { "sts:RoleSessionName": "pipeline-*" } };
    if (!gitlab.oidc) {
      return () => ({
        sid: "GitlabUser",
        principals: { AWS: user.arn },
        actions: ["sts:AssumeRole"],
        conditions: named,
      });
    }
    const { url, project, branch } = gitlab;
    const issuer = new URL(url).host;
    // One an account, so the state stack makes it.
    const provider = `arn:aws:iam::${this.account}:oidc-provider/${issuer}`;
    return (role) => ({
      sid: "GitlabJobs",
      principals: { Federated: provider },
      actions: ["sts:AssumeRoleWithWebIdentity"],
      conditions: {
        StringEquals: { [`${issuer}:aud`]: url },
        StringLike: {
          ...named.StringLike,
          // https://docs.gitlab.com/ci/cloud_services/aws/: any branch of the project may plan, one may deploy.
          [`${issuer}:sub`]: `project_path:${project}:ref_type:branch:ref:${protectedRoles.includes(role) ? branch : "*"}`,
        },
      },
    });
  }
}
