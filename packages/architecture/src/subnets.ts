import type { Resource } from "./synthesis";

const subnetGroups = new Set(["aws_db_subnet_group", "aws_elasticache_subnet_group"]);

/** The subnets in which a resource has its network interfaces. */
export function subnetsOf(resource: Resource): readonly Resource[] {
  return resource
    .refersTo()
    .flatMap((other) => (subnetGroups.has(other.type) ? other.refersTo("subnet_ids") : [other]))
    .filter(({ type }) => type === "aws_subnet");
}

/** The tables by which a subnet's traffic is routed. */
export function tablesOf(subnet: Resource): readonly Resource[] {
  return subnet
    .referrers("aws_route_table_association", "subnet_id")
    .flatMap((association) => association.refersTo("route_table_id"));
}

const routesOf = (subnet: Resource) =>
  tablesOf(subnet).flatMap((table) => table.referrers("aws_route", "route_table_id"));

/** The NAT gateways by which a subnet reaches the internet. */
export const natGatewaysOf = (subnet: Resource) =>
  routesOf(subnet).flatMap((route) => route.refersTo("nat_gateway_id"));

/** The internet gateways to which a subnet leads straight. */
export const internetGatewaysOf = (subnet: Resource) =>
  routesOf(subnet).flatMap((route) => route.refersTo("gateway_id"));

export const tiers = ["isolated", "private", "public"] as const;
export type Tier = (typeof tiers)[number];

/** A public subnet leads straight out, a private one through a NAT gateway, an isolated one nowhere. */
export function tierOf(subnet: Resource): Tier {
  if (internetGatewaysOf(subnet).length > 0) return "public";
  return natGatewaysOf(subnet).length > 0 ? "private" : "isolated";
}
