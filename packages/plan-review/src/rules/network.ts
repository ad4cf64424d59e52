import { past } from "../change";
import { say } from "../phrase";
import { isList, isValues, type Value, type Values } from "../values";
import { beyondTags, type ChangeRule } from "./rule";
export const openNetwork: ChangeRule = {
  name: "open-network",
  level: "stop",
  sentence: "Opens a way in to everyone",
  about: ({ type, before, after, action }) => {
    if (action === "delete") return undefined;
    const known = new Set(openings(type, before));
    const opened = openings(type, after).find((opening) => !known.has(opening));
    if (opened !== undefined) return say`${opened}`;
    const authorization = before.authorization;
    const unguarded = typeof authorization === "string" && authorization !== "NONE" && after.authorization === "NONE";
    return unguarded ? say`authorization ${authorization} → ${"NONE"}` : undefined;
  },
};

/** The ways in that a resource leaves open to any address. */
function openings(type: string, values: Values): string[] {
  switch (type) {
    case "aws_vpc_security_group_ingress_rule":
      return rule(values);
    case "aws_security_group_rule":
      return values.type === "ingress" ? rule(values) : [];
    case "aws_security_group":
    case "aws_default_security_group":
      return entries(values.ingress).flatMap(rule);
    case "aws_network_acl":
    case "aws_default_network_acl":
      // Answers come back to ports above 1023: a stateless list has to let them in.
      return entries(values.ingress)
        .filter((entry) => entry.action === "allow" && Number(entry.from_port ?? 0) < 1_024)
        .flatMap(rule);
    case "aws_lambda_function_url":
      return values.authorization_type === "NONE" ? ["authorization_type NONE"] : [];
    default:
      return ["publicly_accessible", "map_public_ip_on_launch", "endpoint_public_access"].filter(
        (name) => values[name] === true,
      );
  }
}

function rule(values: Values): string[] {
  const sources = ["cidr_ipv4", "cidr_ipv6", "cidr_block", "ipv6_cidr_block", "cidr_blocks", "ipv6_cidr_blocks"];
  const ports = values.from_port === values.to_port ? values.from_port : "many ports";
  return sources
    .flatMap((name) => values[name] ?? [])
    .filter((source) => typeof source === "string" && everyone.test(source))
    .map((source) => `${String(source)} to ${typeof ports === "number" ? `port ${ports}` : "all or many ports"}`);
}

/** A block of more than a 256th of all addresses: two halves of the internet are the internet too. */
const everyone = /\/[0-7]$/;

const entries = (list: Value | undefined): readonly Values[] => (isList(list) ? list.filter(isValues) : []);

const types =
  /^aws_(default_)?(security_group.*|vpc_security_group_.*|network_acl.*|route|route_table|vpc_endpoint.*|vpc_peering.*|wafv2_.*|route53_resolver_firewall_.*)$/;

export const networkChange: ChangeRule = {
  name: "network-change",
  level: "look",
  sentence: "Changes who may talk to whom on the network",
  about: (change) =>
    types.test(change.type) && beyondTags(change) ? [...say`${change.type}`, ` is ${past[change.action]}`] : undefined,
};
