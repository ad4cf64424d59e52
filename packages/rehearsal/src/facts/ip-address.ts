import { isIP, isIPv4 } from "node:net";

/** An address with the number of its first bits that name a network. */
export interface Cidr {
  readonly version: 4 | 6;
  readonly address: string;
  readonly bits: number;
  /** Whether nothing of the address is set beyond the network's bits. */
  readonly isNetwork: boolean;
}

/** @returns undefined for what Go's net.ParseCIDR does not take: among others, octets with zeros before them */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = "", length = ""] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  const size = version === 4 ? 32 : 128;
  const bits = Number(length);
  if ((version !== 4 && version !== 6) || bits > size || (length.length > 1 && length.startsWith("0")))
    return undefined;
  const hosts = BigInt(size - bits);
  const isNetwork = (numberOf(address) & ((1n << hosts) - 1n)) === 0n;
  return { version, address, bits, isNetwork };
}

/** @returns 4, 6, or undefined for no address; what Go's net.ParseIP takes has no zone */
export const ipVersion = (text: string): 4 | 6 | undefined => {
  const version = text.includes("%") ? 0 : isIP(text);
  return version === 4 || version === 6 ? version : undefined;
};

/** An address as one number. */
function numberOf(address: string): bigint {
  if (isIPv4(address)) return address.split(".").reduce((sum, octet) => (sum << 8n) + BigInt(octet), 0n);
  const [head = "", tail] = address.split("::");
  const groups = (part: string) =>
    part === ""
      ? []
      : part.split(":").flatMap((group) => {
          if (!isIPv4(group)) return [BigInt(`0x${group}`)];
          const whole = numberOf(group);
          return [whole >> 16n, whole & 0xffffn];
        });
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: zeros }, () => 0n), ...after].reduce(
    (sum, group) => (sum << 16n) + group,
    0n,
  );
}
