import { Wafv2WebAcl } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { Construct } from "constructs";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import type { HttpApi } from "./http-api";
import { PlatformStack } from "./platform-stack";

export interface WebFirewallProps {
  readonly api: HttpApi;
  readonly key: EncryptionKey;
  /** Requests of one address in five minutes before it is blocked. */
  readonly requestsPerAddress: number;
}

/** AWS's rule groups in use; KnownBadInputs holds the log4j rule. https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html */
const managedGroups = [
  "AWSManagedRulesAmazonIpReputationList",
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
] as const;

/** In front of the API: known attackers, known attacks, and too many requests of one address are blocked; each block is logged. */
export class WebFirewall extends Construct {
  constructor(scope: Construct, id: string, { api, key, requestsPerAddress }: WebFirewallProps) {
    super(scope, id);
    const name = PlatformStack.of(this).physicalName("api");
    const visible = (metricName: string) => ({
      metricName,
      cloudwatchMetricsEnabled: true,
      // Samples hold headers and addresses, so personal data.
      sampledRequestsEnabled: false,
    });
    const acl = new Wafv2WebAcl(this, "acl", {
      name,
      description: "What may reach the API",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visible(name),
      rule: [
        {
          name: "TooManyRequests",
          priority: 0,
          action: { block: {} },
          visibilityConfig: visible("TooManyRequests"),
          statement: {
            rate_based_statement: {
              limit: requestsPerAddress,
              aggregate_key_type: "IP",
              evaluation_window_sec: 300,
            },
          },
        },
        ...managedGroups.map((group, index) => ({
          name: group,
          priority: index + 1,
          overrideAction: { none: {} },
          visibilityConfig: visible(group),
          statement: { managed_rule_group_statement: { vendor_name: "AWS", name: group } },
        })),
      ],
    });
    new Wafv2WebAclAssociation(this, "association", { webAclArn: acl.arn, resourceArn: api.stageArn });

    // AWS WAF writes only to groups of this name. https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
    const log = new EncryptedLogGroup(this, "log", { name: `aws-waf-logs-${name}`, key });
    new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: acl.arn,
      logDestinationConfigs: [log.arn],
      redactedFields: [{ singleHeader: { name: "authorization" } }, { singleHeader: { name: "cookie" } }],
      loggingFilter: {
        defaultBehavior: "DROP",
        filter: [{ behavior: "KEEP", requirement: "MEETS_ANY", condition: [{ actionCondition: { action: "BLOCK" } }] }],
      },
    });
  }
}
