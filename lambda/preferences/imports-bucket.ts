import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ObjectIdentity } from "./imports-repository";

/** An object to import, as an S3 event or a listing names it. */
export interface ImportObject {
  readonly bucket: string;
  readonly key: string;
  /** @default the current one */
  readonly versionId?: string | undefined;
}

export interface OpenObject extends ObjectIdentity {
  readonly bytes: number;
  readonly body: Readable;
}

/**
 * The client of the imports bucket. A stream that stalls is given up before PostgreSQL gives up the transaction that
 * waits for it (idle_in_transaction_session_timeout, 10 s).
 */
export async function createS3Client(): Promise<S3Client> {
  const { S3Client } = await import("../../runtime/aws-sdk");
  return new S3Client({
    // Stand-ins for S3 have no host name for each bucket.
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined,
    requestHandler: { connectionTimeout: 2000, socketTimeout: 8000 },
  });
}

export async function openObject(s3: S3Client, { bucket, key, versionId }: ImportObject): Promise<OpenObject> {
  const { GetObjectCommand } = await import("../../runtime/aws-sdk");
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  const { Body, ContentLength, ETag, VersionId } = await s3.send(command);
  const version = VersionId ?? ETag;
  if (!(Body instanceof Readable) || ContentLength === undefined || version === undefined) {
    throw new Error(`s3://${bucket}/${key} came without a body, a length or an ETag`);
  }
  return { bucket, key, version, bytes: ContentLength, body: Body };
}

export async function putFile(s3: S3Client, bucket: string, key: string, path: string): Promise<void> {
  const { PutObjectCommand } = await import("../../runtime/aws-sdk");
  const { size } = await stat(path);
  const Body = createReadStream(path);
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentLength: size, ContentType: "application/x-ndjson" }),
  );
}
