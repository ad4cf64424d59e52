import { networkChange } from "../../src/rules/network";
import { says } from "../plans";

test.each([
  "aws_security_group",
  "aws_vpc_security_group_egress_rule",
  "aws_network_acl",
  "aws_route",
  "aws_vpc_endpoint",
  "aws_route53_resolver_firewall_domain_list",
  "aws_route53_resolver_firewall_rule",
])("%s that changes is looked at, with more than its tags", (type) => {
  expect(says(networkChange, { type, before: { a: 1 }, after: { a: 2 } })).toBe(`${type} is changed`);
  expect(says(networkChange, { type, after: { a: 2 } })).toBe(`${type} is created`);
  expect(
    says(networkChange, { type, before: { tags_all: { a: "1" } }, after: { tags_all: { a: "2" } } }),
  ).toBeUndefined();
});

test("a change of another type is none", () => {
  expect(says(networkChange, { type: "aws_route53_record", after: { a: 1 } })).toBeUndefined();
});
