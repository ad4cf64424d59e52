import type { Grant, ResourceTypes } from "./resource-types";

const tagged: readonly Grant[] = [
  { at: "newNetworkTags", write: ["ec2:CreateTags"] },
  { at: "networkTags", write: ["ec2:CreateTags"] },
  { at: "networkTagsButOurs", write: ["ec2:DeleteTags"] },
];

/**
 * A type that is described by lists, made with the environment's tag, and changed where that tag is. What is made inside
 * something, as a subnet in its VPC, is a change of that too.
 */
function type(read: readonly string[], created: readonly string[], changed: readonly string[]): readonly Grant[] {
  const ec2 = (actions: readonly string[]) => actions.map((action) => `ec2:${action}`);
  return [
    { at: "anything", read: ec2(read) },
    { at: "newNetwork", write: ec2(created) },
    { at: "network", write: ec2(changed) },
    ...(created.length > 0 ? tagged : []),
  ];
}

const rules = ["AuthorizeSecurityGroup", "RevokeSecurityGroup"];
const ruleActions = (direction: "Egress" | "Ingress") => [
  ...rules.map((action) => `${action}${direction}`),
  "ModifySecurityGroupRules",
];
const ruleReads = ["DescribeSecurityGroupRules"];

/** EC2's own permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const networkTypes: ResourceTypes = {
  aws_vpc: type(
    ["DescribeVpcs", "DescribeVpcAttribute", "DescribeNetworkAcls", "DescribeRouteTables", "DescribeSecurityGroups"],
    ["CreateVpc"],
    ["ModifyVpcAttribute", "DeleteVpc"],
  ),
  aws_subnet: type(
    ["DescribeSubnets", "DescribeNetworkInterfaces"],
    ["CreateSubnet"],
    ["CreateSubnet", "ModifySubnetAttribute", "DeleteSubnet"],
  ),
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
    { at: "untagged", write: ["ec2:DeleteNetworkAclEntry", "ec2:ReplaceNetworkAclAssociation"] },
    { at: "adopted", write: ["ec2:CreateTags"] },
  ],
  aws_security_group: type(
    ["DescribeSecurityGroups", "DescribeNetworkInterfaces"],
    ["CreateSecurityGroup"],
    // AWS opens a new group to everywhere; the provider closes it first.
    ["CreateSecurityGroup", "RevokeSecurityGroupEgress", "DeleteSecurityGroup"],
  ),
  aws_default_security_group: [
    ...type(["DescribeSecurityGroups"], [], ["RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"]),
    { at: "untagged", write: ["ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"] },
    { at: "adopted", write: ["ec2:CreateTags"] },
  ],
  aws_vpc_security_group_egress_rule: [...type(ruleReads, [], ruleActions("Egress")), ...tagged],
  aws_vpc_security_group_ingress_rule: [...type(ruleReads, [], ruleActions("Ingress")), ...tagged],
  aws_vpc_endpoint: type(
    ["DescribeVpcEndpoints", "DescribePrefixLists"],
    ["CreateVpcEndpoint"],
    ["CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"],
  ),
  aws_flow_log: type(["DescribeFlowLogs"], ["CreateFlowLogs"], ["CreateFlowLogs", "DeleteFlowLogs"]),
};
