import type { Account } from "./account";

/** The accounts of config/environments, each with what it has once. */
export const accounts: readonly Account[] = [
  {
    account: "111122223333",
    emails: ["preferences-team@example.com"],
    monthlyBudget: 2_500,
    costAnomalies: true,
    trail: true,
    threatDetection: true,
    accessAnalyzer: true,
  },
];
