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
