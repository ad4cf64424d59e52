import { type Cidr, size, subnet } from "./cidr";

/** The tiers of a network; each has one subnet in every zone. */
export type Tier = "public" | "private" | "isolated";

/**
 * AWS services that the private subnets call through an interface endpoint each, which takes an address in every private
 * subnet: the migration job reads its secret and writes its log.
 */
export const interfaceEndpoints = ["secretsmanager", "logs"] as const;

/** AWS services that the private subnets reach through a gateway endpoint each, which takes no address. */
export const gatewayEndpoints = ["s3", "dynamodb"] as const;

/**
 * The blocks of a network: an eighth of the VPC for each private subnet, where functions and builds run; a sixty-fourth
 * for each public (NAT gateways) and isolated (database) one. Three zones leave three eighths free to grow.
 * @example a /16 gives private /19 (8,187 usable addresses), public and isolated /22 (1,019).
 */
export function subnets(vpc: Cidr, zones: number): Record<Tier, readonly Cidr[]> {
  const blocks = (parent: Cidr, prefix: number) =>
    Array.from({ length: zones }, (_, zone) => subnet(parent, prefix, zone));
  const eighth = vpc.prefix + 3;
  return {
    private: blocks(vpc, eighth),
    public: blocks(subnet(vpc, eighth, 3), vpc.prefix + 6),
    isolated: blocks(subnet(vpc, eighth, 4), vpc.prefix + 6),
  };
}

/** Addresses of a subnet that can be handed out: AWS keeps five of each. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export function usableAddresses(block: Cidr): number {
  return size(block) - 5;
}
