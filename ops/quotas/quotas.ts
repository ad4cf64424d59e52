import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { concurrencyQuota, type Quota, type QuotaNeed } from "../../config/quotas";
import { Failure } from "../../runtime/failure";

/** What an operator's credentials must allow; none of these calls knows a resource of ours. */
export const quotaActions = [
  "lambda:GetAccountSettings",
  "servicequotas:GetAWSDefaultServiceQuota",
  "servicequotas:GetServiceQuota",
] as const;

export interface QuotaClients {
  readonly quotas: ServiceQuotasClient;
  readonly lambda: LambdaClient;
}

/** A need beside what the account has. */
export interface ComparedQuota extends QuotaNeed {
  readonly allowed: number;
}

/** Reads what the account has of each quota. @throws Failure when AWS does not say */
export async function compareQuotas(clients: QuotaClients, needs: readonly QuotaNeed[]): Promise<ComparedQuota[]> {
  const compared: ComparedQuota[] = [];
  // One after the other: Service Quotas takes few calls a second.
  for (const need of needs) {
    const allowed = await allowedBy(clients, need);
    if (allowed === undefined) throw new Failure(`AWS named no value of the quota ${need.code}: look at the console`);
    compared.push({ ...need, allowed });
  }
  return compared;
}

async function allowedBy({ quotas, lambda }: QuotaClients, { service, code }: Quota): Promise<number | undefined> {
  if (code === concurrencyQuota.code) {
    // What Lambda itself goes by: Service Quotas shows a young account the default.
    return (await lambda.send(new GetAccountSettingsCommand({}))).AccountLimit?.ConcurrentExecutions;
  }
  const quota = { ServiceCode: service, QuotaCode: code };
  try {
    return (await quotas.send(new GetServiceQuotaCommand(quota))).Quota?.Value;
  } catch (error) {
    // A quota that was never changed may have a default alone.
    // https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
    if (!(error instanceof Error && error.name === "NoSuchResourceException")) throw error;
    return (await quotas.send(new GetAWSDefaultServiceQuotaCommand(quota))).Quota?.Value;
  }
}
