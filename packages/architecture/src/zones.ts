import { inOrder, type View } from "./architecture";
import { boxesOf } from "./boxes";
import { drawn, engineOf, nodeOf } from "./drawn";
import type { Box, Edge, Node, Scene } from "./scene";
import { internetGatewaysOf, natGatewaysOf, subnetsOf, tablesOf, tierOf, tiers } from "./subnets";
import type { Resource, Synthesis } from "./synthesis";

/** The network from close by: what is in each subnet of each zone, and where each subnet's routes lead. */
export function zones(
  synthesis: Synthesis,
  { title, stack, order, shorten }: View & { readonly stack: string },
): Scene {
  const subnets = synthesis.of("aws_subnet").filter((subnet) => subnet.stack === stack);
  const byTier = [...subnets].sort((a, b) => tiers.indexOf(tierOf(a)) - tiers.indexOf(tierOf(b)));
  const contents = byTier.map((subnet) => ({
    subnet,
    nodes: growingLast(inOrder(nodesIn(subnet, synthesis, { stack, shorten }), order)),
  }));
  const gateways = [...synthesis.of("aws_internet_gateway"), ...synthesis.of("aws_vpc_endpoint")].filter(
    (resource) => subnetsOf(resource).length === 0,
  );
  const outside = gateways.flatMap((gateway) => nodesOf([gateway], { parent: vpcOf(gateway), shorten }));
  return {
    title,
    boxes: [
      ...boxesOf(synthesis).filter(({ style }) => style === "cloud" || style === "vpc"),
      ...zonesOf(subnets),
      ...contents.map(subnetBox),
    ],
    nodes: [
      ...contents.flatMap(({ nodes }) => nodes),
      ...outside,
      { id: "internet", icon: "internet", title: "Public APIs", detail: "internet" },
    ],
    edges: [
      ...subnets.flatMap((subnet) => routesFrom(subnet)),
      ...synthesis.of("aws_nat_gateway").flatMap(natToInternet),
      ...synthesis.of("aws_internet_gateway").map((gateway) => edge(gateway, "internet")),
    ],
  };
}

const growingLast = (nodes: readonly Node[]) =>
  nodes.toSorted((a, b) => Number(a.grows ?? false) - Number(b.grows ?? false));

const vpcOf = (resource: Resource) => resource.refersTo("vpc_id")[0]?.address ?? "cloud";

/** Things are side by side; where there may be more tomorrow, four have room. */
const subnetBox = ({ subnet, nodes }: { readonly subnet: Resource; readonly nodes: readonly Node[] }): Box => ({
  id: subnet.address,
  title: `${tierOf(subnet)} ${subnet.text("cidr_block")}`,
  style: tierOf(subnet) === "public" ? "public" : "private",
  parent: subnet.text("availability_zone"),
  columns: nodes.some(({ grows }) => grows) ? 4 : Math.max(1, nodes.length),
});

function zonesOf(subnets: readonly Resource[]): readonly Box[] {
  const zones = new Map(subnets.map((subnet) => [subnet.text("availability_zone"), vpcOf(subnet)]));
  return [...zones].map(([id, parent]) => ({ id, title: `Zone ${id}`, style: "group", parent, columns: tiers.length }));
}

/** Whatever has a network interface in a subnet; what spans three is in each. */
function nodesIn(
  subnet: Resource,
  synthesis: Synthesis,
  { stack, shorten }: Pick<View, "shorten"> & { readonly stack: string },
): readonly Node[] {
  const groups = new Map<string, Resource[]>();
  for (const resource of synthesis.resources) {
    if (!subnetsOf(resource).includes(subnet)) continue;
    const key = drawn[resource.type]?.key?.(resource) ?? resource.address;
    groups.set(key, [...(groups.get(key) ?? []), resource]);
  }
  return [...groups].flatMap(([key, members]) => {
    const single = members.length === 1 && members[0]?.type === "aws_nat_gateway" ? members[0].address : undefined;
    return nodesOf(members, { parent: subnet.address, shorten }).map((node) => ({
      ...node,
      id: single ?? `${key} in ${subnet.address}`,
      ...(members[0]?.stack !== stack && { elsewhere: true }),
    }));
  });
}

function nodesOf(
  members: readonly Resource[],
  { parent, shorten }: Pick<View, "shorten"> & { readonly parent: string },
): readonly Node[] {
  const [resource] = members;
  if (resource === undefined) return [];
  const { address, type } = resource;
  // AWS alone chooses the zones of the cluster's instances.
  if (type === "aws_rds_cluster") {
    const [title = "", ...detail] = engineOf(resource).split(" ");
    return [{ id: address, icon: "aurora", title, detail: detail.join(" "), parent }];
  }
  if (type === "aws_nat_gateway")
    return [{ id: address, icon: "nat-gateway", title: "NAT gateway", detail: "", parent }];
  const drawing = drawn[type];
  return drawing === undefined ? [] : [nodeOf(address, drawing, members, { parent, shorten })];
}

function routesFrom(subnet: Resource): readonly Edge[] {
  const endpoints = tablesOf(subnet).flatMap((table) => table.referrers("aws_vpc_endpoint", "route_table_ids"));
  return [...natGatewaysOf(subnet), ...endpoints].map((target) => edge(subnet, target.address));
}

function natToInternet(nat: Resource): readonly Edge[] {
  return nat
    .refersTo("subnet_id")
    .flatMap(internetGatewaysOf)
    .map((gateway) => edge(nat, gateway.address));
}

const edge = ({ address }: Resource, to: string): Edge => ({ from: address, to, flow: "connection" });
