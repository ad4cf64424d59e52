import { createHash } from "node:crypto";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { functionArtifactKey } from "../../config/names";
import type { Report } from "../program/aws/client-settings";

/** A function's zip in the artifacts bucket, named by what it holds. */
export interface Code {
  readonly bucket: string;
  readonly key: string;
  /** Of the zip's bytes: Lambda writes it in base 64, keys in base 16. */
  readonly sha256: { readonly hex: string; readonly base64: string };
}

/** Uploads a zip under its hash. One that is there already stays: the bucket lets nobody write it anew. */
export async function uploadCode(
  s3: S3Client,
  { bucket, service, zip, report }: { bucket: string; service: string; zip: Uint8Array; report: Report },
): Promise<Code> {
  const digest = createHash("sha256").update(zip).digest();
  const sha256 = { hex: digest.toString("hex"), base64: digest.toString("base64") };
  const key = functionArtifactKey(service, sha256.hex);
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: zip, IfNoneMatch: "*" }));
    report(`${service}: uploaded ${zip.length.toLocaleString("en")} bytes to s3://${bucket}/${key}`);
  } catch (error) {
    if (!(error instanceof Error && error.name === "PreconditionFailed")) throw error;
    report(`${service}: s3://${bucket}/${key} is there already`);
  }
  return { bucket, key, sha256 };
}
