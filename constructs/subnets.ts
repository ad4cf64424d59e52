import { Eip } from "@cdktf/provider-aws/lib/eip";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { NetworkAcl, type NetworkAclEgress, type NetworkAclIngress } from "@cdktf/provider-aws/lib/network-acl";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Construct } from "constructs";
import { formatCidr, parseCidr } from "../config/cidr";
import type { Environment } from "../config/environment";
import { subnets, type Tier } from "../config/network";
import type { ClosedVpc } from "./closed-vpc";
import { PlatformStack } from "./platform-stack";

export type SubnetsProps = Environment["network"] & { readonly vpc: ClosedVpc };

const everywhere = "0.0.0.0/0";

/** An ACL is stateless: what goes out on 443 comes back to a port above 1023, never to remote desktop. */
interface AclRule {
  readonly in?: NetworkAclIngress;
  readonly out?: NetworkAclEgress;
}

const rule = (
  ruleNo: number,
  action: "allow" | "deny",
  cidrBlock: string,
  [fromPort, toPort]: readonly [number, number],
) => ({
  ruleNo,
  action,
  protocol: "tcp",
  cidrBlock,
  fromPort,
  toPort,
});

const internet: readonly AclRule[] = [
  { in: rule(110, "deny", everywhere, [3_389, 3_389]) },
  { in: rule(120, "allow", everywhere, [1_024, 65_535]), out: rule(120, "allow", everywhere, [443, 443]) },
];

/**
 * Three tiers over the zones. Public: NAT gateways alone. Private: functions, builds, endpoints; out through NAT.
 * Isolated: the database; no route leaves the VPC.
 */
export class Subnets extends Construct {
  readonly privateSubnetIds: readonly string[];
  readonly isolatedSubnetIds: readonly string[];
  /** One table a zone; gateway endpoints add their routes. */
  readonly privateRouteTableIds: readonly string[];

  constructor(scope: Construct, id: string, { vpc, cidr, zones, natGateways }: SubnetsProps) {
    super(scope, id);
    const block = parseCidr(cidr);
    if (block === undefined) throw new Error(`network.cidr must be an IPv4 block such as 10.0.0.0/16, got ${cidr}`);
    const blocks = subnets(block, zones);
    const withinVpc = { in: rule(100, "allow", cidr, [0, 65_535]), out: rule(100, "allow", cidr, [0, 65_535]) };

    const gateway = new InternetGateway(this, "internet", {
      vpcId: vpc.id,
      tags: { Name: PlatformStack.of(this).prefix },
    });
    const publicTier = this.tier("public", vpc, blocks.public.map(formatCidr));
    const privateTier = this.tier("private", vpc, blocks.private.map(formatCidr));
    const isolatedTier = this.tier("isolated", vpc, blocks.isolated.map(formatCidr));

    const nats = publicTier.slice(0, natGateways === "one" ? 1 : zones).map(({ zone, subnet, table }) => {
      const address = new Eip(this, `nat-address-${zone}`, { domain: "vpc", tags: { Name: this.nameOf("nat", zone) } });
      return new NatGateway(this, `nat-${zone}`, {
        subnetId: subnet.id,
        allocationId: address.allocationId,
        tags: { Name: this.nameOf("nat", zone) },
        dependsOn: [gateway, table],
      });
    });
    for (const { zone, table } of publicTier) {
      new Route(this, `public-${zone}-out`, {
        routeTableId: table.id,
        destinationCidrBlock: everywhere,
        gatewayId: gateway.id,
      });
    }
    for (const [index, { zone, table }] of privateTier.entries()) {
      const nat = nats[index] ?? nats[0];
      if (nat === undefined) throw new Error(`network.zones must be 2 or 3, got ${zones}`);
      new Route(this, `private-${zone}-out`, {
        routeTableId: table.id,
        destinationCidrBlock: everywhere,
        natGatewayId: nat.id,
      });
    }
    this.networkAcl("public", vpc, publicTier, [withinVpc, ...internet]);
    this.networkAcl("private", vpc, privateTier, [withinVpc, ...internet]);
    this.networkAcl("isolated", vpc, isolatedTier, [withinVpc]);

    this.privateSubnetIds = privateTier.map(({ subnet }) => subnet.id);
    this.isolatedSubnetIds = isolatedTier.map(({ subnet }) => subnet.id);
    this.privateRouteTableIds = privateTier.map(({ table }) => table.id);
  }

  private tier(tier: Tier, vpc: ClosedVpc, blocks: readonly string[]) {
    const { region } = PlatformStack.of(this);
    return blocks.map((cidrBlock, index) => {
      const zone = "abc".charAt(index);
      const tags = { Name: this.nameOf(tier, zone) };
      const subnet = new Subnet(this, `${tier}-${zone}`, {
        vpcId: vpc.id,
        cidrBlock,
        availabilityZone: `${region}${zone}`,
        tags,
      });
      const table = new RouteTable(this, `${tier}-${zone}-routes`, { vpcId: vpc.id, tags });
      new RouteTableAssociation(this, `${tier}-${zone}-association`, { subnetId: subnet.id, routeTableId: table.id });
      return { zone, subnet, table };
    });
  }

  private networkAcl(
    tier: Tier,
    vpc: ClosedVpc,
    members: readonly { subnet: Subnet }[],
    rules: readonly AclRule[],
  ): void {
    new NetworkAcl(this, `${tier}-acl`, {
      vpcId: vpc.id,
      subnetIds: members.map(({ subnet }) => subnet.id),
      ingress: rules.flatMap((both) => both.in ?? []),
      egress: rules.flatMap((both) => both.out ?? []),
      tags: { Name: this.nameOf(tier, "acl") },
    });
  }

  private nameOf(part: string, zone: string): string {
    return PlatformStack.of(this).physicalName(`${part}-${zone}`);
  }
}
