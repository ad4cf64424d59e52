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
  return first % size({ prefix }) === 0 ? { first, prefix } : undefined;
}

/** `10.0.0.0/16`, the inverse of parseCidr. */
export function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join(".")}/${prefix}`;
}

/** Addresses in the block. */
export function size({ prefix }: Pick<Cidr, "prefix">): number {
  return 2 ** (32 - prefix);
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first < b.first + size(b) && b.first < a.first + size(a);
}

/** The `index`-th block of `prefix` within `block`. */
export function subnet(block: Cidr, prefix: number, index: number): Cidr {
  return { first: block.first + index * size({ prefix }), prefix };
}
