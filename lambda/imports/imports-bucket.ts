import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import * as z from "../../runtime/schema";
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
  const { GetObjectCommand } = await import("../../runtime/aws-sdk/s3");
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  const { Body, ContentLength, ETag, VersionId } = await s3.send(command);
  const version = VersionId ?? ETag;
  if (!(Body instanceof Readable) || ContentLength === undefined || version === undefined) {
    throw new Error(`s3://${bucket}/${key} came without a body, a length or an ETag`);
  }
  return { bucket, key, version, bytes: ContentLength, body: Body };
}

export async function putReport(s3: S3Client, bucket: string, key: string, Body: string): Promise<void> {
  const { PutObjectCommand } = await import("../../runtime/aws-sdk/s3");
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: "application/x-ndjson" }));
}

export async function putJson(s3: S3Client, bucket: string, key: string, value: object): Promise<void> {
  const { PutObjectCommand } = await import("../../runtime/aws-sdk/s3");
  const Body = JSON.stringify(value);
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: "application/json" }));
}

/** What S3 sends when somebody has it send its events, to try the way. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const TestEvent = z.lazy(() => z.object({ Service: z.literal("Amazon S3"), Event: z.literal("s3:TestEvent") }));

/** Same page. */
const S3Event = z.lazy(() =>
  z.object({
    Records: z.array(
      z.object({
        eventSource: z.literal("aws:s3"),
        s3: z.object({
          bucket: z.object({ name: z.string() }),
          object: z.object({ key: z.string(), versionId: z.optional(z.string()) }),
        }),
      }),
    ),
  }),
);

/** The objects that an event of S3 tells of, none where it tries the way; throws when it is no such event. */
export function objectsOf(event: unknown): ImportObject[] {
  if (TestEvent.safeParse(event).success) return [];
  return S3Event.parse(event).Records.map(({ s3: { bucket, object } }) => ({
    bucket: bucket.name,
    // S3 writes keys as forms do.
    key: decodeURIComponent(object.key.replaceAll("+", " ")),
    versionId: object.versionId,
  }));
}
