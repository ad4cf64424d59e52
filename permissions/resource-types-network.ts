import type { EnvironmentArns } from "./arns";
import type { Grant, ResourceTypes } from "./resource-types";
import { anything, newlyTagged, scope, tagged, unowned } from "./scope";

const ec2 = ({ regional }: EnvironmentArns) => [regional("ec2", "*")];
/** What AWS makes with a VPC: its default group and ACL carry no tag until they are adopted. */
const defaults = ({ regional }: EnvironmentArns) => [
  regional("ec2", "network-acl/*"),
  regional("ec2", "security-group/*"),
];

const network = scope("Network", ec2, tagged);
const newNetwork = scope("NewNetwork", ec2, newlyTagged);
/** Tags may only be written while their resource is made: elsewhere they would take it over. */
const newNetworkTags = scope("NewNetworkTags", ec2, ({ asOurs }) => ({
  StringEquals: asOurs,
  Null: { "ec2:CreateAction": "false" },
}));
const networkTags = scope("NetworkTags", ec2, ({ ours, asOurs }) => ({
  StringEquals: ours,
  StringEqualsIfExists: asOurs,
}));
/** Other tags than the one that says whose it is. */
const networkTagsButOurs = scope("NetworkTagsButOurs", ec2, ({ ours }) => ({
  StringEquals: ours,
  "ForAllValues:StringNotEquals": { "aws:TagKeys": ["environment"] },
}));
const untagged = scope("Untagged", defaults, () => ({ Null: unowned }));
const adopted = scope("Adopted", defaults, ({ asOurs }) => ({ Null: unowned, StringEquals: asOurs }));
/** Interfaces that Lambda made for a function that is gone, without a tag; AWS refuses those that it still uses. */
const leftInterfaces = scope(
  "LeftInterfaces",
  ({ regional }) => [regional("ec2", "network-interface/*"), regional("ec2", "instance/*")],
  () => ({ Null: unowned }),
);

const tags: readonly Grant[] = [
  { scope: newNetworkTags, write: ["ec2:CreateTags"] },
  { scope: networkTags, write: ["ec2:CreateTags"] },
  { scope: networkTagsButOurs, write: ["ec2:DeleteTags"] },
];

/**
 * A type that is described by lists, made with the environment's tag, and changed where that tag is. What is made inside
 * something, as a subnet in its VPC, is a change of that too.
 */
function type(read: readonly string[], created: readonly string[], changed: readonly string[]): readonly Grant[] {
  const calls = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  return [
    { scope: anything, read: calls(created.length > 0 ? [...read, "DescribeTags"] : read) },
    { scope: newNetwork, write: calls(created) },
    { scope: network, write: calls(changed) },
    ...(created.length > 0 ? tags : []),
  ];
}

/** EC2 asks about a rule that is made with tags as well as about its group. */
const rule = (direction: "Egress" | "Ingress") =>
  type(
    ["DescribeSecurityGroupRules"],
    [`AuthorizeSecurityGroup${direction}`],
    [`AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`, "ModifySecurityGroupRules"],
  );

/** Subnets and groups are free only when nothing stands in them. */
const interfaces: readonly Grant[] = [
  { scope: anything, write: ["ec2:DescribeNetworkInterfaces"] },
  { scope: leftInterfaces, write: ["ec2:DetachNetworkInterface", "ec2:DeleteNetworkInterface"] },
];

/** EC2's own permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const networkTypes: ResourceTypes = {
  aws_vpc: type(
    ["DescribeVpcs", "DescribeVpcAttribute", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroups"],
    ["CreateVpc"],
    ["ModifyVpcAttribute", "DeleteVpc"],
  ),
  aws_subnet: [
    ...type(["DescribeSubnets"], ["CreateSubnet"], ["CreateSubnet", "ModifySubnetAttribute", "DeleteSubnet"]),
    ...interfaces,
  ],
  aws_internet_gateway: type(
    ["DescribeInternetGateways"],
    ["CreateInternetGateway"],
    ["AttachInternetGateway", "DetachInternetGateway", "DeleteInternetGateway"],
  ),
  aws_eip: type(
    ["DescribeAddresses", "DescribeAddressesAttribute"],
    ["AllocateAddress"],
    ["DisassociateAddress", "ReleaseAddress"],
  ),
  aws_nat_gateway: type(["DescribeNatGateways"], ["CreateNatGateway"], ["CreateNatGateway", "DeleteNatGateway"]),
  aws_route_table: type(["DescribeRouteTables"], ["CreateRouteTable"], ["CreateRouteTable", "DeleteRouteTable"]),
  aws_route: type(["DescribeRouteTables"], [], ["CreateRoute", "ReplaceRoute", "DeleteRoute"]),
  aws_route_table_association: type(
    ["DescribeRouteTables"],
    [],
    ["AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"],
  ),
  aws_network_acl: type(
    ["DescribeNetworkAcls"],
    ["CreateNetworkAcl"],
    [
      "CreateNetworkAcl",
      "CreateNetworkAclEntry",
      "DeleteNetworkAclEntry",
      "ReplaceNetworkAclAssociation",
      "DeleteNetworkAcl",
    ],
  ),
  aws_default_network_acl: [
    ...type(["DescribeNetworkAcls"], [], ["DeleteNetworkAclEntry", "ReplaceNetworkAclAssociation"]),
    { scope: untagged, write: ["ec2:DeleteNetworkAclEntry"] },
    { scope: adopted, write: ["ec2:CreateTags"] },
  ],
  aws_security_group: [
    ...type(
      ["DescribeSecurityGroups"],
      ["CreateSecurityGroup"],
      // AWS opens a new group to everywhere; the provider closes it first.
      ["CreateSecurityGroup", "RevokeSecurityGroupEgress", "DeleteSecurityGroup"],
    ),
    ...interfaces,
  ],
  aws_default_security_group: [
    ...type(["DescribeSecurityGroups"], [], ["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"]),
    { scope: untagged, write: ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"] },
    { scope: adopted, write: ["ec2:CreateTags"] },
  ],
  aws_vpc_security_group_egress_rule: rule("Egress"),
  aws_vpc_security_group_ingress_rule: rule("Ingress"),
  aws_vpc_endpoint: type(
    ["DescribeVpcEndpoints", "DescribePrefixLists"],
    ["CreateVpcEndpoint"],
    ["CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"],
  ),
  aws_flow_log: type(["DescribeFlowLogs"], ["CreateFlowLogs"], ["CreateFlowLogs", "DeleteFlowLogs"]),
};
