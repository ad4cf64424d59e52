import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Aspects, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";
import { workloadBoundaryName } from "../config/names";
import type { PlatformStack } from "./platform-stack";

/**
 * Puts the workloads' boundary on every role of a stack that the pipeline deploys: the pipeline may make no role without it.
 * The boundary itself is in the gitlab stack, where the pipeline cannot change it.
 */
export function boundRoles(stack: PlatformStack): void {
  const boundary = `arn:aws:iam::${stack.account}:policy/${workloadBoundaryName(stack.prefix)}`;
  Aspects.of(stack).add(new BoundRoles(boundary));
}

class BoundRoles implements IAspect {
  constructor(private readonly boundary: string) {}

  visit(node: IConstruct): void {
    if (node instanceof IamRole) node.permissionsBoundary = this.boundary;
  }
}
