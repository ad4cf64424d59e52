import { engineOf } from "./drawn";
import type { Box } from "./scene";
import { subnetsOf, tierOf } from "./subnets";
import type { Resource, Synthesis } from "./synthesis";

/** The box around a resource: its cluster, the tier of its subnets, its VPC, or AWS. */
export function placeOf(resource: Resource): string {
  const [cluster] = resource.type === "aws_rds_cluster_instance" ? resource.refersTo("cluster_identifier") : [];
  const [subnet] = subnetsOf(resource);
  const [tier] = subnet?.referrers("aws_network_acl", "subnet_ids") ?? [];
  const [vpc] = resource.refersTo("vpc_id");
  return (cluster ?? tier ?? vpc)?.address ?? "cloud";
}

/** A box, and the stack of the resource that it shows. */
export type OwnedBox = Box & { readonly stack: string };

/** Every box that there may be, outermost first. */
export function boxesOf(synthesis: Synthesis): readonly OwnedBox[] {
  // The region that the zones are in.
  const [zone = ""] = synthesis.of("aws_subnet").map((subnet) => subnet.text("availability_zone"));
  const cloud: OwnedBox = { id: "cloud", title: `AWS ${zone.slice(0, -1)}`.trim(), style: "cloud", stack: "" };
  const vpcs = synthesis.of("aws_vpc").map(
    (vpc): OwnedBox => ({
      id: vpc.address,
      title: `VPC ${vpc.text("cidr_block")}`,
      style: "vpc",
      parent: "cloud",
      stack: vpc.stack,
    }),
  );
  const tiers = synthesis.of("aws_network_acl").map((acl): OwnedBox => {
    const subnets = acl.refersTo("subnet_ids");
    const [tier = "isolated"] = subnets.map(tierOf);
    return {
      id: acl.address,
      title: `${tier.charAt(0).toUpperCase()}${tier.slice(1)} subnets`,
      style: tier === "public" ? "public" : "private",
      parent: acl.refersTo("vpc_id")[0]?.address ?? "cloud",
      stack: acl.stack,
      cells: subnets.map((subnet) => ({
        title: subnet.text("availability_zone").slice(-1),
        detail: subnet.text("cidr_block"),
      })),
    };
  });
  const clusters = synthesis.of("aws_rds_cluster").map(
    (cluster): OwnedBox => ({
      id: cluster.address,
      title: engineOf(cluster),
      style: "group",
      parent: placeOf(cluster),
      stack: cluster.stack,
    }),
  );
  return [cloud, ...vpcs, ...tiers, ...clusters];
}
