import fc from "fast-check";
import { type Cidr, formatCidr, overlaps, parseCidr, size } from "../../config/cidr";
import { subnets, usableAddresses } from "../../config/network";

const block = (prefixes: { min: number; max: number }) =>
  fc
    .record({ address: fc.nat({ max: 2 ** 31 - 1 }), prefix: fc.integer(prefixes) })
    .map(
      ({ address, prefix }): Cidr => ({ first: Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix), prefix }),
    );

test("a block reads back as it was written", () => {
  fc.assert(fc.property(block({ min: 1, max: 32 }), (cidr) => expect(parseCidr(formatCidr(cidr))).toEqual(cidr)));
});

test.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.256/24", "10.0.0.1/24", "ten/8", ""])("%j is no block", (text) => {
  expect(parseCidr(text)).toBeUndefined();
});

test("the subnets of a network lie inside it and never overlap", () => {
  fc.assert(
    fc.property(block({ min: 16, max: 22 }), fc.constantFrom(2, 3), (vpc, zones) => {
      const all = Object.values(subnets(vpc, zones)).flat();
      expect(all).toHaveLength(3 * zones);
      for (const [index, subnet] of all.entries()) {
        expect(subnet.first).toBeGreaterThanOrEqual(vpc.first);
        expect(subnet.first + size(subnet)).toBeLessThanOrEqual(vpc.first + size(vpc));
        expect(subnet.prefix).toBeLessThanOrEqual(28);
        expect(all.slice(0, index).filter((other) => overlaps(other, subnet))).toEqual([]);
      }
    }),
  );
});

test("a private subnet of a /16 offers 8,187 addresses", () => {
  expect(subnets({ first: 0, prefix: 16 }, 3).private.map(usableAddresses)).toEqual([8187, 8187, 8187]);
});
