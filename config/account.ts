import { z } from "zod";
import { count } from "./environment";

/** What an account has once for all its environments, in the state stack. Each switch is off where the organization has it already. */
export const accountSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, "must be 12 digits"),
  /** Who is told of costs and of findings. */
  emails: z.array(z.email("must be an e-mail address")).min(1, "must name somebody"),
  /** US dollars a month, of all that the account runs. */
  monthlyBudget: count(1, 10_000_000),
  /** A mail when a service costs more than it used to; an account has one such monitor at most. */
  costAnomalies: z.boolean(),
  /** A record of every call of AWS's API in every region. */
  trail: z.boolean(),
  /** GuardDuty in the environments' region; an account has one at most. */
  threatDetection: z.boolean(),
  /** IAM Access Analyzer in the environments' region: what can be reached from outside the account. */
  accessAnalyzer: z.boolean(),
});

export type Account = z.infer<typeof accountSchema>;
