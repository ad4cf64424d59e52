import { operatorRoleName, pipelineUserName, workloadBoundaryName } from "../config/names";
import type { EnvironmentArns } from "./arns";
import type { Permission } from "./permission";

export function readsGitlabStack({ name, iam }: EnvironmentArns, jobs: readonly string[]): Permission {
  const user = pipelineUserName(name);
  return {
    sid: "ReadGitlabStack",
    actions: [
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetUser",
      "iam:GetUserPolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListPolicyTags",
      "iam:ListRolePolicies",
    ],
    resources: [
      iam(`user/${user}`),
      iam(`role/${user}-*`),
      iam(`policy/${user}-*`),
      iam(`policy/${workloadBoundaryName(name)}`),
      iam(`role/${operatorRoleName(name)}`),
      iam(`policy/${operatorRoleName(name)}`),
    ],
    jobs,
    purpose: "Compares the pipeline's own user, roles and policies with the code; changing them is not its right",
  };
}
