import type { EnvironmentArns } from "./arns";
import type { Grant, ResourceTypes } from "./resource-types";
import { anything, newlyTagged, scope, tagged, unowned } from "./scope";

/** AWS chooses their ids. */
const every = ({ regional }: EnvironmentArns) => [regional("route53resolver", "*")];

const resolver = scope("Resolver", every, tagged);
const newResolver = scope("NewResolver", every, newlyTagged);
/** Tags may only be written on what has none of ours yet. */
const newResolverTags = scope("NewResolverTags", every, ({ asOurs }) => ({ StringEquals: asOurs, Null: unowned }));
const resolverTags = scope("ResolverTags", every, ({ ours, asOurs }) => ({
  StringEquals: ours,
  StringEqualsIfExists: asOurs,
}));
/** Other tags than the one that says whose it is. */
const resolverTagsButOurs = scope("ResolverTagsButOurs", every, ({ ours }) => ({
  StringEquals: ours,
  "ForAllValues:StringNotEquals": { "aws:TagKeys": ["environment"] },
}));

const actions = (names: readonly string[]) => names.map((name) => `route53resolver:${name}`);

/** A type that is made with the environment's tag, and read and changed where that tag is. */
const type = (created: string, read: readonly string[], changed: readonly string[]): readonly Grant[] => [
  { scope: newResolver, write: actions([created]) },
  { scope: resolver, read: actions([...read, "ListTagsForResource"]), write: actions(changed) },
  { scope: newResolverTags, write: actions(["TagResource"]) },
  { scope: resolverTags, write: actions(["TagResource"]) },
  { scope: resolverTagsButOurs, write: actions(["UntagResource"]) },
];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53resolver.html */
export const resolverTypes: ResourceTypes = {
  aws_route53_resolver_firewall_domain_list: type(
    "CreateFirewallDomainList",
    ["GetFirewallDomainList", "ListFirewallDomains"],
    ["UpdateFirewallDomains", "DeleteFirewallDomainList"],
  ),
  aws_route53_resolver_firewall_rule_group: type(
    "CreateFirewallRuleGroup",
    ["GetFirewallRuleGroup"],
    ["DeleteFirewallRuleGroup"],
  ),
  aws_route53_resolver_firewall_rule: [
    {
      scope: resolver,
      read: actions(["ListFirewallRules"]),
      write: actions(["CreateFirewallRule", "UpdateFirewallRule", "DeleteFirewallRule"]),
    },
  ],
  aws_route53_resolver_firewall_rule_group_association: type(
    "AssociateFirewallRuleGroup",
    ["GetFirewallRuleGroupAssociation"],
    ["UpdateFirewallRuleGroupAssociation", "DisassociateFirewallRuleGroup"],
  ),
  aws_route53_resolver_query_log_config: type(
    "CreateResolverQueryLogConfig",
    ["GetResolverQueryLogConfig"],
    ["DeleteResolverQueryLogConfig"],
  ),
  aws_route53_resolver_query_log_config_association: [
    { scope: anything, read: actions(["GetResolverQueryLogConfigAssociation"]) },
    { scope: resolver, write: actions(["AssociateResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"]) },
  ],
};
