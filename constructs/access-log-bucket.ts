import type { Construct } from "constructs";
import { PlatformStack } from "./platform-stack";
import { PrivateBucket } from "./private-bucket";

/** The bucket that receives the access logs of the stack's other buckets; kept a year. */
export class AccessLogBucket extends PrivateBucket {
  constructor(scope: Construct, id: string, name: string) {
    const { account } = PlatformStack.of(scope);
    super(scope, id, {
      name,
      expireAfterDays: 365,
      keepNoncurrentDays: 1,
      statements: (arn) => [
        {
          sid: "LogDelivery",
          principals: { Service: "logging.s3.amazonaws.com" },
          actions: ["s3:PutObject"],
          resources: [`${arn}/*`],
          conditions: { StringEquals: { "aws:SourceAccount": account } },
        },
      ],
    });
  }
}
