import { DefaultNetworkAcl } from "@cdktf/provider-aws/lib/default-network-acl";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { assumedBy, policyDocument } from "./policy";

export interface ClosedVpcProps {
  readonly cidr: string;
  readonly key: EncryptionKey;
}

/** A VPC in which nothing is open by default, and every flow is logged. */
export class ClosedVpc extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { cidr, key }: ClosedVpcProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const vpc = new Vpc(this, "vpc", {
      cidrBlock: cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: stack.prefix },
    });
    this.id = vpc.id;

    // Adopted without a rule: whatever forgets to name its group or its subnet's ACL can talk to nobody.
    new DefaultSecurityGroup(this, "default-group", { vpcId: vpc.id, tags: { Name: stack.physicalName("closed") } });
    new DefaultNetworkAcl(this, "default-acl", {
      defaultNetworkAclId: vpc.defaultNetworkAclId,
      tags: { Name: stack.physicalName("closed") },
    });

    const log = new EncryptedLogGroup(this, "flows", { name: `/aws/vpc/${stack.prefix}/flows`, key });
    const role = new IamRole(this, "flow-log-role", {
      name: stack.physicalName("flow-logs"),
      assumeRolePolicy: assumedBy("vpc-flow-logs.amazonaws.com", stack.account),
    });
    const written = new IamRolePolicy(this, "write-flows", {
      name: "write-flows",
      role: role.id,
      policy: policyDocument({
        sid: "WriteFlows",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        resources: [`${log.arn}:*`],
      }),
    });
    new FlowLog(this, "flow-log", {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestination: log.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { Name: stack.prefix },
      dependsOn: [written],
    });
  }
}
