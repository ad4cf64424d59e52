import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import { MessageQueue } from "./message-queue";
import { PlatformStack } from "./platform-stack";
import type { Statement } from "./policy";
import { PrivateBucket } from "./private-bucket";
import type { ServiceEndpoints } from "./service-endpoints";
import type { ServiceFunction } from "./service-function";

export interface ImportsBucketProps {
  readonly accessLogs: PrivateBucket;
  readonly endpoints: ServiceEndpoints;
  readonly key: EncryptionKey;
  /** The one function that reads it. */
  readonly reader: ServiceFunction;
}

const received = "imports/";
const rejected = "imports-rejected/";
/** Notes of objects that have to go on (lambda/imports/import-notes.ts). */
const continued = "imports-continued/";

/** Large files for a function, which alone reads them, through the gateway endpoint alone; its queue tells the function of each new one. */
export class ImportsBucket extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { accessLogs, endpoints, key, reader }: ImportsBucketProps) {
    super(scope, id);
    const stack = PlatformStack.of(this);
    this.name = stack.bucketName("imports");
    const imports = new PrivateBucket(this, "bucket", {
      name: this.name,
      key,
      accessLogs,
      expireAfterDays: 90,
      statements: (arn) => [
        {
          sid: "NobodyElseReads",
          effect: "Deny",
          principals: "*",
          actions: ["s3:GetObject*"],
          resources: [`${arn}/*`],
          conditions: { ArnNotEquals: { "aws:PrincipalArn": reader.roleArn } },
        },
        {
          sid: "ReaderComesThroughEndpoint",
          effect: "Deny",
          principals: { AWS: reader.roleArn },
          actions: ["s3:GetObject*", "s3:PutObject*"],
          resources: [`${arn}/*`],
          conditions: { StringNotEquals: { "aws:SourceVpce": endpoints.s3EndpointId } },
        },
      ],
    });
    const { bucket } = imports;

    reader.allow(
      "import-files",
      {
        sid: "ReadReceived",
        actions: ["s3:GetObject", "s3:GetObjectVersion"],
        resources: [`${bucket.arn}/${received}*`, `${bucket.arn}/${continued}*`],
      },
      {
        sid: "WriteReportsAndNotes",
        actions: ["s3:PutObject"],
        resources: [`${bucket.arn}/${rejected}*`, `${bucket.arn}/${continued}*`],
      },
    );
    reader.group.connectToPrefixList(reader, endpoints.s3PrefixListId, { purpose: "s3", port: 443 });
    reader.setVariables({ IMPORTS_BUCKET: this.name });

    const queue = new MessageQueue(reader, "messages", {
      key,
      sender: { service: "s3.amazonaws.com", arn: bucket.arn },
      reader,
    });
    const tells = (prefix: string) => ({
      queueArn: queue.arn,
      events: ["s3:ObjectCreated:*"],
      filterPrefix: prefix,
    });
    new S3BucketNotification(this, "notification", {
      bucket: bucket.id,
      queue: [tells(received), tells(continued)],
      dependsOn: [queue.policy],
    });
  }
}

/** What the key of the queue must allow: S3 encrypts what it tells. https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
export function bucketTells(stack: PlatformStack): Statement {
  return {
    sid: "ImportsBucketTellsItsQueue",
    principals: { Service: "s3.amazonaws.com" },
    actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
    conditions: {
      ArnEquals: { "aws:SourceArn": `arn:aws:s3:::${stack.bucketName("imports")}` },
      StringEquals: { "aws:SourceAccount": stack.account },
    },
  };
}
