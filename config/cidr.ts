/** An IPv4 block: first address as an unsigned 32-bit number, and its prefix length. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/;

/** Reads `10.0.0.0/16`; undefined when it is no block, or when its address is not the block's first. */
export function parseCidr(text: string): Cidr | undefined {
  const numbers = pattern.exec(text)?.slice(1).map(Number);
  const prefix = numbers?.pop();
  if (numbers === undefined || prefix === undefined || prefix > 32 || numbers.some((octet) => octet > 255)) return;
  const first = numbers.reduce((address, octet) => address * 256 + octet, 0);
  return first % size({ first, prefix }) === 0 ? { first, prefix } : undefined;
}

/** `10.0.0.0/16`, the inverse of parseCidr. */
export function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** Addresses in the block. */
export function size({ prefix }: Pick<Cidr, "first" | "prefix">): number {
  return 2 ** (32 - prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + size(b) && b.first < a.first + size(a);
}

/** The `index`-th block of `prefix` within `block`. */
export function subnet(block: Cidr, prefix: number, index: number): Cidr {
  return { first: block.first + index * size({ first: 0, prefix }), prefix };
}

/** The tiers of a network; one subnet of each stands in every zone. */
export type Tier = "public" | "private" | "isolated";

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
