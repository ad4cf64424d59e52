import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { S3BucketNotification } from "@cdktf/provider-aws/lib/s3-bucket-notification";
import { Construct } from "constructs";
import { liveAlias } from "../config/names";
import type { EncryptionKey } from "./encryption-key";
import { PlatformStack } from "./platform-stack";
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

/** Large files for a function, which alone reads them, through the gateway endpoint alone; each new one calls the function. */
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
        resources: [`${bucket.arn}/${received}*`],
      },
      { sid: "WriteRejected", actions: ["s3:PutObject"], resources: [`${bucket.arn}/${rejected}*`] },
    );
    reader.group.connectToPrefixList(reader, endpoints.s3PrefixListId, { purpose: "s3", port: 443 });
    reader.setVariables({ IMPORTS_BUCKET: this.name });

    const permission = new LambdaPermission(this, "invoke", {
      statementId: `${stack.prefix}-imports`,
      action: "lambda:InvokeFunction",
      functionName: reader.name,
      qualifier: liveAlias,
      principal: "s3.amazonaws.com",
      sourceArn: bucket.arn,
      sourceAccount: stack.account,
      dependsOn: [reader.alias],
    });
    new S3BucketNotification(this, "notification", {
      bucket: bucket.id,
      lambdaFunction: [{ lambdaFunctionArn: reader.aliasArn, events: ["s3:ObjectCreated:*"], filterPrefix: received }],
      dependsOn: [permission],
    });
  }
}
