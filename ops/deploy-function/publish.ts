import { createHash } from "node:crypto";
import { type FunctionConfiguration, PublishVersionCommand, UpdateFunctionCodeCommand } from "@aws-sdk/client-lambda";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { functionArtifactKey } from "../../config/names";
import { Failure } from "../../runtime/failure";
import type { Report } from "../program/aws";
import { pause } from "../program/pause";
import { type FunctionWatch, overtaken, settled } from "./function";

/**
 * Makes a version of the function with this code and its present settings, ready to serve. Lambda answers with the version
 * that exists when neither has changed since, so a run that was killed here finds its own work again.
 * @throws Failure when another deployment brings other code meanwhile, or Lambda cannot make the version
 */
export async function publish(watch: FunctionWatch, code: Code, signal: AbortSignal): Promise<string> {
  const { lambda, name, report } = watch;
  await bringCode(watch, code, signal);
  const { Version } = await lambda
    .send(new PublishVersionCommand({ FunctionName: name, CodeSha256: code.sha256.base64 }))
    // Lambda refuses when the latest code has another hash than the one we brought.
    .catch((error) => Promise.reject(isNamed(error, "InvalidParameterValueException") ? overtaken(name) : error));
  if (Version === undefined) throw new Failure(`Lambda named no version of ${name}: run the deployment again`);

  const version = await settled(watch, signal, Version);
  if (version.State === "Failed") throw failed(`${name}:${Version}`, version.StateReason);
  report(`${name}: version ${Version} is ready`);
  return Version;
}

async function bringCode(watch: FunctionWatch, code: Code, signal: AbortSignal): Promise<void> {
  const { lambda, name, report } = watch;
  for (;;) {
    const latest = await settled(watch, signal);
    if (latest.CodeSha256 === code.sha256.base64) return;
    try {
      // The revision refuses a change that another deployment made since we looked.
      await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: name,
          S3Bucket: code.bucket,
          S3Key: code.key,
          ...(latest.RevisionId && { RevisionId: latest.RevisionId }),
        }),
      );
      report(`${name}: code ${code.sha256.hex.slice(0, 12)} is on its way`);
    } catch (error) {
      if (isNamed(error, "ResourceConflictException")) {
        await pause(watch.interval, signal);
        continue;
      }
      // The refused change may be our own, sent twice because its answer was lost.
      if (!isNamed(error, "PreconditionFailedException")) throw error;
      if ((await settled(watch, signal)).CodeSha256 !== code.sha256.base64) throw overtaken(name);
      return;
    }
    await checkUpdate(name, await settled(watch, signal), code);
    return;
  }
}

function checkUpdate(name: string, latest: FunctionConfiguration, code: Code): void {
  if (latest.LastUpdateStatus === "Failed") throw failed(name, latest.LastUpdateStatusReason);
  if (latest.CodeSha256 !== code.sha256.base64) throw overtaken(name);
}

function failed(name: string, reason = "no reason given"): Failure {
  return new Failure(`Lambda cannot run the new code of ${name}: ${reason}`);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

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
