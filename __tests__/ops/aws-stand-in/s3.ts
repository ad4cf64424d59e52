import { AwsError, arn, type Call, type Operation, type Request, region } from "./call";

/** What S3 asks KMS on the caller's behalf, in a bucket that a customer-managed key encrypts. */
function kmsCall(action: string, bucket: string): Call {
  return {
    action,
    resource: arn("kms", "key/00000000-0000-0000-0000-000000000000"),
    context: {
      "kms:ViaService": `s3.${region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${bucket}`,
    },
  };
}

export function readCalls(bucket: string, key: string): Call[] {
  return [
    { action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/${key}`, context: {} },
    kmsCall("kms:Decrypt", bucket),
  ];
}

/** Objects by `bucket/key`; every bucket exists. */
export class S3 {
  readonly objects = new Map<string, Buffer>();

  operation({ method, path, headers, body }: Request): Operation {
    const [, bucket = "", key = ""] = /^\/([^/]+)\/(.+)$/.exec(decodeURIComponent(path)) ?? [];
    if (method !== "PUT" || key === "") throw new AwsError("NotImplemented", `${method} ${path}`, 501);
    const ifNoneMatch = headers["if-none-match"];
    const context = typeof ifNoneMatch === "string" ? { "s3:if-none-match": ifNoneMatch } : {};
    return {
      action: "s3:PutObject",
      calls: [
        { action: "s3:PutObject", resource: `arn:aws:s3:::${bucket}/${key}`, context },
        kmsCall("kms:GenerateDataKey", bucket),
      ],
      answer: () => {
        const name = `${bucket}/${key}`;
        if (ifNoneMatch === "*" && this.objects.has(name)) {
          throw new AwsError(
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            412,
          );
        }
        this.objects.set(name, body);
        return undefined;
      },
    };
  }
}
