import { CeAnomalyMonitor } from "@cdktf/provider-aws/lib/ce-anomaly-monitor";
import { CeAnomalySubscription } from "@cdktf/provider-aws/lib/ce-anomaly-subscription";
import { Construct } from "constructs";
import { PlatformStack } from "./platform-stack";

export interface CostAnomaliesProps {
  /** US dollars: an anomaly is told when it costs a twentieth of them. */
  readonly monthlyBudget: number;
  /** Who is told, once a day. */
  readonly emails: readonly string[];
}

/**
 * Tells when a service of AWS costs more than it used to, long before the month's budget does. An account has one monitor
 * of services at most, https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html
 */
export class CostAnomalies extends Construct {
  constructor(scope: Construct, id: string, { monthlyBudget, emails }: CostAnomaliesProps) {
    super(scope, id);
    const name = PlatformStack.of(this).physicalName("services");
    const monitor = new CeAnomalyMonitor(this, "monitor", {
      name,
      monitorType: "DIMENSIONAL",
      monitorDimension: "SERVICE",
    });
    new CeAnomalySubscription(this, "subscription", {
      name,
      frequency: "DAILY",
      monitorArnList: [monitor.arn],
      subscriber: emails.map((address) => ({ type: "EMAIL", address })),
      thresholdExpression: {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
          matchOptions: ["GREATER_THAN_OR_EQUAL"],
          values: [String(Math.ceil(monthlyBudget / 20))],
        },
      },
    });
  }
}
