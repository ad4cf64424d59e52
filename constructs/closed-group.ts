import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";

export interface ClosedGroupProps {
  readonly name: string;
  /** Whose traffic it describes; a change replaces the group. */
  readonly description: string;
  readonly vpcId: string;
}

/** What a rule lets through: one TCP port. */
export interface Opening {
  /** Names the rule's construct and, with the peer, its description. */
  readonly purpose: string;
  readonly port: number;
}

/** A security group that starts with no rule at all; each opening is one port to one peer, with a description. */
export class ClosedGroup extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { name, description, vpcId }: ClosedGroupProps) {
    super(scope, id);
    const group = new SecurityGroup(this, "group", {
      name,
      description,
      vpcId,
      // Its name is unique: the old one must go first, yet interfaces may still hold it, so give up late.
      timeouts: { delete: "40m" },
      tags: { Name: name },
    });
    this.id = group.id;
  }

  /** Lets this group open connections to `peer`, and `peer` accept them: both rules are made in `scope`. */
  connectTo(scope: Construct, peer: ClosedGroup, { purpose, port }: Opening): void {
    new VpcSecurityGroupEgressRule(scope, `${purpose}-egress`, {
      securityGroupId: this.id,
      referencedSecurityGroupId: peer.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: `${purpose}: out to port ${port}`,
    });
    new VpcSecurityGroupIngressRule(scope, `${purpose}-ingress`, {
      securityGroupId: peer.id,
      referencedSecurityGroupId: this.id,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: `${purpose}: in on port ${port}`,
    });
  }

  /** Lets this group open connections to the addresses of a prefix list, such as S3's. */
  connectToPrefixList(scope: Construct, prefixListId: string, { purpose, port }: Opening): void {
    new VpcSecurityGroupEgressRule(scope, `${purpose}-egress`, {
      securityGroupId: this.id,
      prefixListId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: `${purpose}: out to port ${port}`,
    });
  }

  /** Lets this group open connections to any public host, on one port. */
  connectToInternet(scope: Construct, { purpose, port }: Opening): void {
    new VpcSecurityGroupEgressRule(scope, `${purpose}-egress`, {
      securityGroupId: this.id,
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description: `${purpose}: out to port ${port}`,
    });
  }
}
