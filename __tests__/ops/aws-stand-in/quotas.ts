import { AwsError, arn, json, type Operation, type Request, text } from "./call";

/** Service Quotas: the values that the account was given, and AWS's defaults for the rest. */
export class Quotas {
  /** By code. */
  readonly applied = new Map<string, number>();
  default = 1_000;

  operation(action: string, request: Request): Operation {
    const { ServiceCode, QuotaCode } = json(request);
    const code = text(QuotaCode);
    const value = action === "GetServiceQuota" ? this.applied.get(code) : this.default;
    return {
      action: `servicequotas:${action}`,
      calls: [
        { action: `servicequotas:${action}`, resource: arn("servicequotas", `${ServiceCode}/${code}`), context: {} },
      ],
      answer: () => {
        if (value === undefined)
          throw new AwsError("NoSuchResourceException", "The request failed because the quota has no applied value");
        return { Quota: { ServiceCode, QuotaCode: code, Value: value } };
      },
    };
  }
}
