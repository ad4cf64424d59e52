import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import type { Construct } from "constructs";
import { PlatformStack } from "./platform-stack";

export interface AccountBudgetProps {
  /** US dollars. */
  readonly monthlyBudget: number;
  /** Who is told. */
  readonly emails: readonly string[];
}

/** Tells when the account has spent most of its month's money, all of it, or is about to. */
export class AccountBudget extends BudgetsBudget {
  constructor(scope: Construct, id: string, { monthlyBudget, emails }: AccountBudgetProps) {
    const notification = (notificationType: "ACTUAL" | "FORECASTED", threshold: number) => ({
      comparisonOperator: "GREATER_THAN",
      notificationType,
      threshold,
      thresholdType: "PERCENTAGE",
      subscriberEmailAddresses: [...emails],
    });
    super(scope, id, {
      name: PlatformStack.of(scope).physicalName("month"),
      budgetType: "COST",
      limitAmount: String(monthlyBudget),
      limitUnit: "USD",
      timeUnit: "MONTHLY",
      notification: [notification("ACTUAL", 80), notification("ACTUAL", 100), notification("FORECASTED", 100)],
    });
  }
}
