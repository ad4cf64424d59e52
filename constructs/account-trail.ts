import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import { Construct } from "constructs";
import { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
import { PrivateBucket } from "./private-bucket";

export interface AccountTrailProps {
  readonly accessLogs: PrivateBucket;
}

/** A record of every call of AWS's API, in every region, kept for two years; digests tell whether somebody has changed it. */
export class AccountTrail extends Construct {
  constructor(scope: Construct, id: string, { accessLogs }: AccountTrailProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    const name = stack.physicalName("trail");
    const trail = stack.arn("cloudtrail", `trail/${name}`);
    const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
    const forTrail = { StringEquals: { "aws:SourceArn": trail } };
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
    const key = new EncryptionKey(this, "key", {
      purpose: "trail",
      statements: [
        {
          sid: "TrailEncrypts",
          principals: cloudTrail,
          actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
          conditions: { ...forTrail, StringLike: { "kms:EncryptionContext:aws:cloudtrail:arn": trail } },
        },
        { sid: "TrailDescribesKey", principals: cloudTrail, actions: ["kms:DescribeKey"], conditions: forTrail },
      ],
    });
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    const records = new PrivateBucket(this, "bucket", {
      name: stack.bucketName("trail"),
      key,
      accessLogs,
      expireAfterDays: 731,
      statements: (arn) => [
        {
          sid: "TrailReadsAcl",
          principals: cloudTrail,
          actions: ["s3:GetBucketAcl"],
          resources: [arn],
          conditions: forTrail,
        },
        {
          sid: "TrailWrites",
          principals: cloudTrail,
          actions: ["s3:PutObject"],
          resources: [`${arn}/AWSLogs/${stack.account}/*`],
          conditions: { StringEquals: { ...forTrail.StringEquals, "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
      ],
    });
    new Cloudtrail(this, "trail", {
      name,
      s3BucketName: records.bucket.id,
      kmsKeyId: key.arn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      // Who asks a database through RDS Data API, statement by statement: no call of management.
      // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/logging-using-cloudtrail-data-api.html
      advancedEventSelector: [
        { name: "Management", fieldSelector: [{ field: "eventCategory", equalTo: ["Management"] }] },
        {
          name: "Statements of operators",
          fieldSelector: [
            { field: "eventCategory", equalTo: ["Data"] },
            { field: "resources.type", equalTo: ["AWS::RDS::DBCluster"] },
          ],
        },
      ],
      dependsOn: [records.policy],
    });
  }
}
