import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketLoggingA } from "@cdktf/provider-aws/lib/s3-bucket-logging";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { policyDocument, refusePlainHttp, type Statement } from "./policy";

export interface PrivateBucketProps {
  readonly name: string;
  /** @default S3's own key (AES256): what S3 can write access logs with, https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html */
  readonly key?: EncryptionKey;
  /** Where its access log goes. @default none: only for a bucket that holds access logs itself */
  readonly accessLogs?: PrivateBucket;
  /** Days after which an object expires. @default kept */
  readonly expireAfterDays?: number;
  /** Days for which a replaced or deleted object can be brought back. @default 90 */
  readonly keepNoncurrentDays?: number;
  /** Statements beside the one that refuses plain HTTP; made once the bucket's ARN is known. @default none */
  readonly statements?: (bucketArn: string) => readonly Statement[];
}

/** A bucket that nobody outside the account reaches: versioned, encrypted, TLS only, access logged. */
export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  /** What a service that writes waits for. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { name, key, accessLogs, expireAfterDays, keepNoncurrentDays = 90, statements } = props;
    this.bucket = new S3Bucket(this, "bucket", { bucket: name });
    const bucket = this.bucket.id;

    const block = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: key
            ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn }
            : { sseAlgorithm: "AES256" },
          bucketKeyEnabled: key !== undefined,
        },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket,
      rule: [
        {
          id: "abandoned-uploads",
          status: "Enabled",
          filter: [{ prefix: "" }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        {
          id: "expiry",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: keepNoncurrentDays }],
          // Where objects expire, S3 removes their delete markers by itself; elsewhere each would stay for ever.
          expiration: [expireAfterDays === undefined ? { expiredObjectDeleteMarker: true } : { days: expireAfterDays }],
        },
      ],
      dependsOn: [versioning],
    });
    if (accessLogs) {
      new S3BucketLoggingA(this, "access-log", {
        bucket,
        targetBucket: accessLogs.bucket.id,
        targetPrefix: `${name}/`,
      });
    }
    const arn = this.bucket.arn;
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policyDocument(refusePlainHttp(["s3:*"], arn, `${arn}/*`), ...(statements?.(arn) ?? [])),
      dependsOn: [block],
    });
  }
}
