import { openNetwork } from "../../src/rules/network";
import { says } from "../plans";

const rule = "aws_vpc_security_group_ingress_rule";

test.each([
  ["0.0.0.0/0 to port 22", rule, { cidr_ipv4: "0.0.0.0/0", from_port: 22, to_port: 22 }],
  ["::/0 to all or many ports", rule, { cidr_ipv6: "::/0", ip_protocol: "-1" }],
  ["128.0.0.0/1 to port 22", rule, { cidr_ipv4: "128.0.0.0/1", from_port: 22, to_port: 22 }],
  [
    "0.0.0.0/0 to all or many ports",
    "aws_security_group",
    { ingress: [{ cidr_blocks: ["0.0.0.0/0"], from_port: 0, to_port: 9 }] },
  ],
  [
    "0.0.0.0/0 to port 443",
    "aws_security_group_rule",
    { type: "ingress", cidr_blocks: ["0.0.0.0/0"], from_port: 443, to_port: 443 },
  ],
  [
    "0.0.0.0/0 to all or many ports",
    "aws_network_acl",
    { ingress: [{ action: "allow", cidr_block: "0.0.0.0/0", from_port: 0, to_port: 65_535 }] },
  ],
  ["authorization_type NONE", "aws_lambda_function_url", { authorization_type: "NONE" }],
  ["publicly_accessible", "aws_rds_cluster_instance", { publicly_accessible: true }],
])("%s is a stop, on a new resource or a changed one", (sentence, type, after) => {
  expect(says(openNetwork, { type, after })).toBe(sentence);
  expect(says(openNetwork, { type, before: { name: "x" }, after })).toBe(sentence);
  expect(says(openNetwork, { type, before: { ...after, name: "x" }, after })).toBeUndefined();
});

test("a known block of addresses, another group and a way out are none", () => {
  expect(says(openNetwork, { type: rule, after: { cidr_ipv4: "10.0.0.0/8" } })).toBeUndefined();
  expect(says(openNetwork, { type: rule, after: { referenced_security_group_id: "sg-1" } })).toBeUndefined();
  const egress = "aws_vpc_security_group_egress_rule";
  expect(says(openNetwork, { type: egress, after: { cidr_ipv4: "0.0.0.0/0" } })).toBeUndefined();
});

test("answers may come back through a network ACL", () => {
  const ingress = [{ action: "allow", cidr_block: "0.0.0.0/0", from_port: 1_024, to_port: 65_535 }];
  expect(says(openNetwork, { type: "aws_network_acl", after: { ingress } })).toBeUndefined();
});

test("an API that asks nobody any more who they are is a stop", () => {
  const type = "aws_api_gateway_method";
  expect(says(openNetwork, { type, before: { authorization: "AWS_IAM" }, after: { authorization: "NONE" } })).toBe(
    "authorization AWS_IAM → NONE",
  );
  expect(says(openNetwork, { type, after: { authorization: "NONE" } })).toBeUndefined();
});
