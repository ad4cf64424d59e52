import { Route53ResolverFirewallDomainList } from "@cdktf/provider-aws/lib/route53-resolver-firewall-domain-list";
import { Route53ResolverFirewallRule } from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule";
import { Route53ResolverFirewallRuleGroup } from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule-group";
import { Route53ResolverFirewallRuleGroupAssociation } from "@cdktf/provider-aws/lib/route53-resolver-firewall-rule-group-association";
import { Route53ResolverQueryLogConfig } from "@cdktf/provider-aws/lib/route53-resolver-query-log-config";
import { Route53ResolverQueryLogConfigAssociation } from "@cdktf/provider-aws/lib/route53-resolver-query-log-config-association";
import { Construct } from "constructs";
import type { Environment } from "../config/environment";
import { queriesLogGroupName } from "../config/names";
import type { AlarmTopic } from "./alarm-topic";
import type { ClosedVpc } from "./closed-vpc";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";

export interface DnsFirewallProps {
  readonly vpc: ClosedVpc;
  readonly key: EncryptionKey;
  /** The names that are resolved; `*.` before one stands for all below it. */
  readonly names: readonly string[];
  /** What becomes of any other name. */
  readonly egress: Environment["network"]["egress"];
}

/**
 * Resolves the names that somebody declared, and no other, for whatever is in the VPC; and logs every query. It fails closed, as AWS has
 * it (docs/adr/0018-egress-by-name.md): the setting that opens it is bound to no tag, so no statement could keep it to one environment.
 */
export class DnsFirewall extends Construct {
  private readonly group: string;
  private readonly others: string;

  constructor(scope: Construct, id: string, { vpc, key, names, egress }: DnsFirewallProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const list = (what: string, domains: readonly string[]) =>
      new Route53ResolverFirewallDomainList(this, what, { name: stack.physicalName(what), domains: [...domains] });
    const declared = list("declared-names", names);
    const others = list("other-names", ["*"]);
    const group = new Route53ResolverFirewallRuleGroup(this, "rules", { name: stack.physicalName("names") });
    const allow = new Route53ResolverFirewallRule(this, "declared", {
      name: "declared",
      firewallRuleGroupId: group.id,
      firewallDomainListId: declared.id,
      priority: 100,
      action: "ALLOW",
      // Where a declared name leads is its owner's matter, and changes: AWS's own names lead to balancers, an issuer's to its CDN.
      firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN",
    });
    const refuse = new Route53ResolverFirewallRule(this, "others", {
      name: "others",
      firewallRuleGroupId: group.id,
      firewallDomainListId: others.id,
      priority: 200,
      // A name that is said not to exist has none below it (RFC 8020), and below example.com may be one that is declared.
      ...(egress === "block" ? { action: "BLOCK", blockResponse: "NODATA" } : { action: "ALERT" }),
      // Never alone: for a moment no name at all would be resolved.
      dependsOn: [allow],
    });
    const log = new EncryptedLogGroup(this, "queries", { name: queriesLogGroupName(stack.prefix), key });
    const logging = new Route53ResolverQueryLogConfig(this, "logging", {
      name: stack.physicalName("queries"),
      destinationArn: log.arn,
    });
    const logged = new Route53ResolverQueryLogConfigAssociation(this, "logged", {
      resolverQueryLogConfigId: logging.id,
      resourceId: vpc.id,
    });
    new Route53ResolverFirewallRuleGroupAssociation(this, "association", {
      name: stack.prefix,
      firewallRuleGroupId: group.id,
      vpcId: vpc.id,
      // AWS keeps those up to 100 for Firewall Manager.
      priority: 101,
      dependsOn: [refuse, logged],
    });
    this.group = group.id;
    this.others = others.id;
  }

  /** Tells of each name that nobody declared. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-resolver-dns-firewall-with-cloudwatch.html */
  watch(scope: Construct, id: string, topic: AlarmTopic): void {
    topic.watch(scope, id, {
      name: "blocked-names",
      description: "Something asks for a name that no entry declares",
      runbook: "blocked-name",
      namespace: "AWS/Route53Resolver",
      metric: "FirewallRuleQueryVolume",
      dimensions: { FirewallRuleGroupId: this.group, FirewallDomainListId: this.others },
      statistic: "Sum",
      threshold: 0,
      minutes: 1,
      period: 5,
    });
  }
}
